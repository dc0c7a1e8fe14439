"""4x4 convolutions of stride 2 as matrix products: TensorFlow's own, to the second derivative."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from ganae_cli.networks.layers import strided_conv
from ganae_cli.networks.layers.strided_conv import Doubling, Halving

SIZES = ((7, 10, 3, 2), (5, 6, 6, 4))  # height, width, channels of the image; of the features of half the size


def derivatives(layer, x):
    """Return layer(x), its gradients by x and by the kernel, and the gradients of a penalty on these gradients."""
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            loss = tf.reduce_sum(tf.sin(layer(x)))
        first = inner.gradient(loss, [x, layer.kernel.value])
        penalty = tf.reduce_sum(first[0] ** 2) + tf.reduce_sum(first[1] ** 3)
    return [layer(x), *first, *outer.gradient(penalty, [x, layer.kernel.value])]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_up", [False, True])
def test_values_and_two_derivatives_are_those_of_the_plain_layer(size, is_up):
    high, wide, image, features = size
    options = {"use_bias": False, "kernel_initializer": keras.initializers.RandomNormal(seed=1)}
    if is_up:
        shape, fast = (2, high, wide, features), Doubling(image, **options)
        plain = layers.Conv2DTranspose(image, 4, 2, padding="same", **options)
    else:
        shape, fast = (2, high, wide, image), Halving(features, **options)
        plain = layers.Conv2D(features, 4, 2, padding="same", **options)
    x = tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)
    fast.build(shape)
    plain.build(shape)
    plain.kernel.assign(fast.kernel)
    expected = derivatives(plain, x)
    for found in (derivatives(fast, x), tf.function(lambda: derivatives(fast, x), jit_compile=True)()):
        for own, other in zip(found, expected, strict=True):
            assert np.allclose(own, other, rtol=1e-4, atol=1e-5 * float(tf.reduce_max(tf.abs(other))))


def test_in_a_compiled_step_no_transposed_convolution_is_left():
    """A matrix product is faster there; outside of a compiled step, and on a GPU, TensorFlow's own is."""
    layer, y = Doubling(3, use_bias=True), tf.ones((2, 4, 4, 8))
    layer.build(y.shape)
    graph = tf.function(lambda: derivatives(layer, y)).get_concrete_function().graph
    assert "Conv2DBackpropInput" not in {operation.type for operation in graph.get_operations()}


def test_a_gpu_has_its_own_convolutions(monkeypatch):
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: ["a GPU"])
    layer, y = Doubling(3), tf.ones((2, 4, 4, 8))
    layer.build(y.shape)
    graph = tf.function(lambda: layer(y)).get_concrete_function().graph
    assert "Conv2DBackpropInput" in {operation.type for operation in graph.get_operations()}
    assert strided_conv._as_products() is False
