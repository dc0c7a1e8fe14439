"""Minibatch standard deviation against NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.networks.layers.minibatch_std import MinibatchStd


@pytest.mark.parametrize("shape", [(7, 4), (5, 3, 2, 6), (1, 4)])
def test_one_feature_more_holds_the_mean_standard_deviation(shape):
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    y = MinibatchStd()(x).numpy()
    assert y.shape == (*shape[:-1], shape[-1] + 1)
    assert (y[..., :-1] == x).all()
    np.testing.assert_allclose(y[..., -1], np.sqrt(x.var(axis=0) + 1e-8).mean(), rtol=1e-5)


def test_two_samples_by_hand():
    x = np.array([[1.0, 5.0], [3.0, 5.0]], np.float32)  # standard deviations 1 and 0
    assert MinibatchStd()(x).numpy()[:, -1] == pytest.approx([0.5, 0.5], abs=1e-4)


def test_equal_samples_have_finite_gradients_twice():
    x = tf.ones((3, 4))
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(MinibatchStd()(x)[:, -1])
        first = inner.gradient(y, x)
        total = tf.reduce_sum(tf.square(first))
    assert np.isfinite(first).all()
    assert np.isfinite(outer.gradient(total, x)).all()


def test_half_precision_measures_in_float32():
    """The squares of 300 do not fit into float16."""
    x = np.array([[-300.0], [300.0]], np.float16)
    y = MinibatchStd(dtype="float16")(x)
    assert y.dtype == tf.float16
    assert y.numpy()[:, 1] == pytest.approx([300, 300])
