"""Spectral normalisation against singular values, its gradient by formula, and updates of u."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from ganae_cli.networks.layers.grouped_conv import GroupedConvolution
from ganae_cli.networks.layers.spectral_norm import SpectralNorm

INPUTS, OUTPUTS, SIDE = 3, 5, 6
KINDS = {
    "dense": lambda: layers.Dense(OUTPUTS, bias_initializer="normal"),
    "convolution": lambda: layers.Conv2D(OUTPUTS, 3, 2, padding="same", bias_initializer="normal"),
    "transposed": lambda: layers.Conv2DTranspose(OUTPUTS, 4, 2, padding="same", bias_initializer="normal"),
}


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def made(kind):
    """Return a normalised layer, built, and data for it."""
    keras.utils.set_random_seed(0)
    layer, x = SpectralNorm(KINDS[kind]()), normal(2, *(() if kind == "dense" else (SIDE, SIDE)), INPUTS)
    layer(x)
    return layer, x


def matrix_of(kind, kernel):
    """Return W, (outputs, summed): output channels are the last axis but one in a transposed convolution's kernel."""
    axis = 2 if kind == "transposed" else kernel.ndim - 1
    return np.moveaxis(kernel, axis, 0).reshape(OUTPUTS, -1)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_layer_with_weights_divided_by_the_largest_singular_value(kind):
    layer, x = made(kind)
    for _ in range(100):
        layer(x, training=True)
    kernel = layer.layer.kernel.numpy()
    largest = np.linalg.svd(matrix_of(kind, kernel), compute_uv=False)[0]
    plain = KINDS[kind]()
    plain.build(x.shape)
    plain.set_weights([kernel / largest, layer.layer.bias.numpy()])
    np.testing.assert_allclose(layer(x), plain(x), rtol=1e-4, atol=1e-5)
    assert np.linalg.svd(matrix_of(kind, plain.kernel.numpy()), compute_uv=False)[0] == pytest.approx(1, abs=1e-4)
    assert np.abs(plain(x) - plain.bias.numpy()).max() > 0.1  # so the comparison is not one of zeros


@pytest.mark.parametrize("kind", KINDS)
def test_one_call_is_one_power_iteration(kind):
    """v <- W^T u / |W^T u|, u <- W v / |W v|, sigma = u^T W v: written again in NumPy."""
    layer, x = made(kind)
    matrix, u = matrix_of(kind, layer.layer.kernel.numpy()), layer.u.numpy()
    inner = layers.Dense if kind == "dense" else None
    for _ in range(3):
        v = matrix.T @ u
        v /= np.linalg.norm(v)
        u = matrix @ v
        u /= np.linalg.norm(u)
        y = layer(x, training=True)
        np.testing.assert_allclose(layer.u, u, atol=1e-5)
    if inner:
        np.testing.assert_allclose(y, x @ matrix.T / (u @ matrix @ v) + layer.layer.bias.numpy(), atol=1e-5)


def test_the_gradient_is_that_of_the_paper():
    """dL/dW = (G - <G, W / sigma> u v^T) / sigma, G = dL/d(W / sigma), u and v held constant (section 2.3)."""
    layer, x = made("dense")
    w, u, c = layer.layer.kernel.numpy().T, layer.u.numpy(), normal(2, OUTPUTS, seed=1)  # W: (outputs, inputs)
    v = w.T @ u / np.linalg.norm(w.T @ u)
    u = w @ v / np.linalg.norm(w @ v)
    sigma = u @ w @ v
    outer = c.T @ x  # L = <c, W x / sigma>
    expected = (outer - np.sum(outer * w / sigma) * np.outer(u, v)) / sigma
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(c * layer(x, training=True))
    np.testing.assert_allclose(tape.gradient(loss, layer.layer.kernel.value).numpy().T, expected, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_agrees_with_differences_once_u_has_settled(kind):
    """At the singular vectors sigma is stationary in u and v, so the gradient with both held constant is exact."""
    layer, x = made(kind)
    for _ in range(300):
        layer(x, training=True)
    kernel = layer.layer.kernel
    c, direction = normal(*layer(x).shape, seed=1), normal(*kernel.shape, seed=2)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(c * layer(x))
    slope = float(tf.reduce_sum(tape.gradient(loss, kernel.value) * direction))
    start, ends, step = kernel.numpy(), [], 3e-3
    for sign in (1, -1):
        kernel.assign(start + sign * step * direction)
        ends.append(float(tf.reduce_sum(tf.cast(c, tf.float64) * tf.cast(layer(x), tf.float64))))
    assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(slope, rel=5e-3)
    assert abs(slope) > 0.1


def test_only_training_updates_u():
    layer, x = made("convolution")
    u = layer.u.numpy()
    first, second = layer(x, training=False).numpy(), layer(x, training=False).numpy()
    assert (first == second).all()
    assert (layer.u.numpy() == u).all()
    assert (layer(x, training=True).numpy() == first).all()  # the same estimate, now saved
    assert (layer.u.numpy() != u).any()
    assert np.linalg.norm(layer.u.numpy()) == pytest.approx(1, abs=1e-6)


def test_u_is_saved_and_not_trainable(tmp_path):
    model = keras.Sequential([keras.Input((SIDE, SIDE, INPUTS)), SpectralNorm(KINDS["convolution"]())])
    again = keras.Sequential([keras.Input((SIDE, SIDE, INPUTS)), SpectralNorm(KINDS["convolution"]())])
    x = normal(2, SIDE, SIDE, INPUTS)
    for _ in range(2):
        model(x, training=True)
    assert [v.name for v in model.trainable_variables] == ["kernel", "bias"]
    assert [v.name for v in model.non_trainable_variables] == ["u"]
    model.save_weights(tmp_path / "at.weights.h5")
    again.load_weights(tmp_path / "at.weights.h5")
    assert (model(x, training=True).numpy() == again(x, training=True).numpy()).all()


def test_in_half_precision_u_stays_float32():
    keras.config.set_dtype_policy("mixed_float16")
    layer, x = made("convolution")
    y = layer(x, training=True)
    assert (y.dtype, layer.u.dtype, layer.u.value.dtype) == (tf.float16, "float32", tf.float32)
    keras.config.set_dtype_policy("float32")
    plain, _ = made("convolution")
    plain.set_weights([*(v.numpy() for v in plain.weights)])
    np.testing.assert_allclose(y, plain(x, training=True), atol=2e-2)


def test_a_grouped_convolution_can_be_normalised():
    """Its matrix has a row for each output channel, too."""
    layer = SpectralNorm(GroupedConvolution(8, 2, keras.initializers.RandomNormal(), use_bias=False))
    x = normal(1, 4, 4, 8)
    for _ in range(200):
        scaled = layer(x, training=True)
    largest = np.linalg.svd(layer.layer.kernel.numpy().reshape(-1, 8), compute_uv=False)[0]
    np.testing.assert_allclose(scaled, layer.layer(x) / largest, rtol=1e-3, atol=1e-5)
