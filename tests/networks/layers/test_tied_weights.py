"""Decoders whose kernels are the transposes of their encoders': values, gradients, and what cannot be tied."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.networks.dcgan import DCGAN
from ganae_cli.networks.layers.code_layers import with_code_layers
from ganae_cli.networks.layers.tied_weights import tied
from ganae_cli.networks.mlp import MLP

SHAPE, UNITS = (4, 3, 1), 5


def data(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_tied_decoder_multiplies_by_the_encoders_transposes(depth):
    network = MLP(width=6, depth=depth, activation="tanh")
    encoder, z = network.down(SHAPE, UNITS), data(3, UNITS)
    decoder = tied(encoder, network.up(UNITS, SHAPE))
    h, biases = z.numpy(), [v.numpy() for v in decoder.trainable_variables]
    assert all(bias.ndim == 1 for bias in biases)
    kernels = [v.numpy() for v in encoder.trainable_variables if v.path.endswith("kernel")][::-1]
    for kernel, bias in zip(kernels, biases, strict=True):
        h = np.tanh(h @ kernel.T + bias)  # the last tanh is that of images
    np.testing.assert_allclose(decoder(z).numpy().reshape(3, -1), h, rtol=1e-4, atol=1e-6)
    own = {id(v) for v in decoder.variables}
    assert not own & {id(v) for v in encoder.variables}


def test_the_gradient_of_a_shared_kernel_is_of_both_its_uses():
    """x W W^T: by the product rule of W alone, and not of one side with the other held fixed."""
    network = MLP(depth=0)
    encoder = network.down((3,), 2)
    decoder, x = tied(encoder, network.up(2, (3,))), data(4, 3)
    kernel = encoder.layers[-1].kernel
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(decoder(encoder(x)) - x))
    w, a = kernel.numpy().astype(float), x.numpy().astype(float)
    error = 2 * (a @ w @ w.T - a)
    expected = a.T @ error @ w + error.T @ a @ w
    np.testing.assert_allclose(tape.gradient(loss, kernel), expected, rtol=1e-3, atol=1e-4)


def test_networks_that_do_not_mirror_each_other_are_not_tied():
    message = r"mirrors the encoder: its kernels would be 5x6, 6x12, but networks.decoder has 5x7, 7x12; give both one"
    with pytest.raises(UserError, match=message):
        tied(MLP(width=6, depth=1).down(SHAPE, UNITS), MLP(width=7, depth=1).up(UNITS, SHAPE))
    encoder = with_code_layers(MLP(width=6).down(SHAPE, UNITS), 1, "linear")
    with pytest.raises(UserError, match="no linear_layers"):
        tied(encoder, MLP(width=6).up(UNITS, SHAPE))


def test_convolutions_are_not_tied():
    network = DCGAN(width=4)
    with pytest.raises(UserError, match=r"networks.encoder has a Conv2D: use network@networks.encoder=mlp"):
        tied(network.down((8, 8, 1), UNITS), network.up(UNITS, (8, 8, 1)))


def test_a_tied_decoder_in_half_precision_ends_in_float32():
    keras.config.set_dtype_policy("mixed_bfloat16")
    network = MLP(width=6)
    encoder = network.down(SHAPE, UNITS)
    decoder = tied(encoder, network.up(UNITS, SHAPE))
    made = decoder(encoder(data(2, *SHAPE)))
    assert made.dtype == tf.float32
    assert {layer.compute_dtype for layer in decoder.layers} == {"bfloat16", "float32"}
