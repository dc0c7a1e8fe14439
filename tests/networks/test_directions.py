"""All networks in both directions over shapes: inputs and outputs, and that every weight can learn."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.networks.dcgan import DCGAN
from ganae_cli.networks.mlp import MLP
from ganae_cli.networks.r3gan import R3GAN
from ganae_cli.networks.resnet import ResNet
from ganae_cli.networks.squeeze import Squeeze

IMAGES = [(8, 8, 1), (9, 13, 1), (28, 28, 1), (33, 20, 3), (64, 48, 3)]
CONVOLVING = (DCGAN, Squeeze, ResNet, R3GAN)
CASES = [(DCGAN(width=4), shape) for shape in IMAGES]
CASES += [(network(width=4), shape) for network in CONVOLVING[1:] for shape in IMAGES[::3]]
CASES += [(MLP(width=8), shape) for shape in [(2,), (16,), (5, 7, 3)]]
NORMS = [network(width=4, norm=norm) for network in (*CONVOLVING, MLP) for norm in ("none", "batch", "layer", "group")]


def _is_dear(network) -> bool:
    """Return True for what takes seconds, and is no default."""
    return isinstance(network, R3GAN | ResNet) and network.norm != type(network)().norm


KINDS = {
    "batch": keras.layers.BatchNormalization,
    "layer": keras.layers.LayerNormalization,
    "group": keras.layers.GroupNormalization,
}


def normal(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


def assert_every_weight_learns(network, x):
    """Check that each trainable variable has a gradient that is not zero everywhere.

    Weights that begin as zero, as in R3GAN, are set to random numbers before.
    """
    for variable in network.trainable_variables:
        if not variable.numpy().any():
            variable.assign(0.1 * normal(*variable.shape))
    with tf.GradientTape() as tape:
        y = network(x, training=True)
        loss = tf.reduce_sum(y * normal(*y.shape))
    for variable, gradient in zip(
        network.trainable_variables, tape.gradient(loss, network.trainable_variables), strict=True
    ):
        assert gradient is not None, variable.path
        assert np.isfinite(gradient).all(), variable.path
        assert np.abs(gradient).max() > 0, variable.path


@pytest.mark.parametrize(("network", "shape"), CASES)
def test_down(network, shape):
    model, x = network.down(shape, 3), normal(4, *shape)
    assert model.built
    assert model(x).shape == (4, 3)
    assert_every_weight_learns(model, x)


@pytest.mark.parametrize(("network", "shape"), CASES)
def test_up(network, shape):
    model, z = network.up(5, shape), normal(4, 5)
    assert model.built
    x = model(100 * z).numpy()
    assert x.shape == (4, *shape)
    if len(shape) == 3:
        assert 0.1 < np.abs(x).max() <= 1.0
    else:
        assert np.abs(x).max() > 1.0  # points keep their units
    assert_every_weight_learns(model, z)


@pytest.mark.parametrize("network", NORMS, ids=lambda network: f"{type(network).__name__}-{network.norm}")
def test_norms(network):
    down, up = network.down((12, 8, 1), 3), network.up(3, (12, 8, 1))
    for model in (down, up):
        kinds = {type(layer) for layer in model._flatten_layers()}
        assert {norm for norm, kind in KINDS.items() if kind in kinds} == {network.norm} - {"none"}
    assert_every_weight_learns(down, normal(4, 12, 8, 1))
    assert_every_weight_learns(up, normal(4, 3))


@pytest.mark.parametrize("network", [n for n in NORMS if n.norm != "batch"])
def test_without_batch_norm_samples_do_not_depend_on_each_other(network):
    down, x = network.down((8, 8, 1), 2), normal(4, 8, 8, 1)
    np.testing.assert_allclose(down(x, training=True)[:1], down(x[:1], training=True), atol=1e-5)


@pytest.mark.parametrize("network", [network(width=4, spectral_norm=True) for network in (DCGAN, Squeeze, MLP)])
def test_initial_weights_follow_the_seed(network):
    def weights(seed):
        keras.utils.set_random_seed(seed)
        return [v.numpy() for v in (*network.down((8, 8, 1), 2).weights, *network.up(2, (8, 8, 1)).weights)]

    first, again, other = weights(1), weights(1), weights(2)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert any((a != b).any() for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize(
    "network",
    [
        pytest.param(one, id=f"{type(one).__name__}-{one.norm}", marks=[pytest.mark.slow] if _is_dear(one) else [])
        for one in NORMS
    ],
)
def test_signals_neither_die_out_nor_explode(network):
    wide = type(network)(width=32, norm=network.norm)
    keras.utils.set_random_seed(0)
    x = wide.up(16, (32, 32, 3))(normal(16, 16))
    y = wide.down((32, 32, 3), 8)(x)
    assert 0.1 < float(tf.math.reduce_std(x)) < 0.9
    assert 0.1 < float(tf.math.reduce_std(y)) < 3.0


@pytest.mark.parametrize(("shape", "found"), [((2,), "points of 2 numbers"), ((7, 30, 1), "images of 7x30")])
@pytest.mark.parametrize("network", CONVOLVING)
def test_what_cannot_be_convolved_is_refused(network, shape, found):
    name = network.__name__.lower()
    for build in (lambda: network().down(shape, 1), lambda: network().up(1, shape)):
        with pytest.raises(UserError, match=f"'{name}' needs images of at least 8x8.*{found}") as error:
            build()
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("network", "options", "message"),
    [
        (DCGAN, {"norm": "layr"}, "norm must be one of none, batch, layer, group, got 'layr'; did you mean 'layer'"),
        (DCGAN, {"width": 0}, "width must be a whole number from 1 to 65536, got 0"),
        (DCGAN, {"depth": 1.5}, "depth must be"),
        (DCGAN, {"max_width": -1}, "max_width must be"),
        (MLP, {"width": True}, "width must be"),
        (MLP, {"depth": -1}, "depth must be a whole number from 0 to 1000, got -1"),
        (DCGAN, {"depth": 0}, "depth must be"),
        (MLP, {"norm": None}, "norm must be one of"),
        (MLP, {"activation": "tahn"}, "did you mean 'tanh'"),
        (MLP, {"spectral_norm": 1}, "spectral_norm must be true or false, got 1"),
        (Squeeze, {"width": 1}, "width must be a whole number from 2 to 65536, got 1"),
        (Squeeze, {"squeeze_ratio": 0}, "squeeze_ratio must be a number above 0 and at most 1, got 0"),
        (Squeeze, {"pool": "mean"}, "pool must be one of max, stride"),
        (ResNet, {"minibatch_std": None}, "minibatch_std must be true or false"),
        (R3GAN, {"group_size": 2.5}, "group_size must be a whole number"),
    ],
)
def test_bad_options_are_refused(network, options, message):
    with pytest.raises(UserError, match=message):
        network(**options)
