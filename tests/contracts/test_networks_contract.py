"""What holds for every network with its default options: both directions, any image size, every weight learns."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import assembly, registry

assembly.import_parts()
SHAPES = [(9, 13, 3), (28, 28, 1)]


def normal(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", registry.names("network"))
def test_shapes_types_and_gradients(name, shape):
    network = registry.build("network", name)
    for model, x, out in (
        (network.down(shape, 3), normal(2, *shape), (2, 3)),
        (network.up(3, shape), normal(2, 3), (2, *shape)),
    ):
        with tf.GradientTape() as tape:
            y = model(x, training=True)
            loss = tf.reduce_sum(y * normal(*y.shape))
        gradients = tape.gradient(loss, model.trainable_variables)
        assert (y.shape, y.dtype) == (out, tf.float32)
        assert all(g is not None and np.isfinite(g).all() and np.abs(g).max() > 0 for g in gradients)
        assert model.count_params() == sum(int(np.prod(v.shape)) for v in model.variables)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("name", registry.names("network"))
def test_half_precision_ends_in_float32(name, precision):
    keras.config.set_dtype_policy(precision)
    network = registry.build("network", name)
    down, up = network.down((9, 13, 3), 3), network.up(3, (9, 13, 3))
    assert precision.removeprefix("mixed_") in {layer.compute_dtype for layer in (*down.layers, *up.layers)}
    for y in (down(normal(2, 9, 13, 3)), up(normal(2, 3))):
        assert y.dtype == tf.float32
        assert np.isfinite(y).all()


@pytest.mark.parametrize("name", registry.names("network"))
def test_images_end_in_the_range_of_the_data(name):
    made = registry.build("network", name).up(3, (9, 13, 3))(50 * normal(4, 3)).numpy()
    assert 0.9 < np.abs(made).max() <= 1
