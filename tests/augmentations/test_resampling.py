"""Images resampled by affine maps are those of SciPy's bilinear interpolation, mirrored at the edges."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from ganae_cli.augmentations import resampling

X = np.random.default_rng(0).uniform(-1, 1, (3, 6, 9, 2)).astype(np.float32)
ONE = tf.ones(3)


def by_scipy(image, matrix):
    """Return SciPy's image; matrix (2, 3): of places from the centre."""
    middle = (np.array(image.shape[:2]) - 1) / 2
    linear, shift = matrix[:, :2].astype(float), matrix[:, 2].astype(float)
    offset = shift + middle - linear @ middle
    channels = [ndimage.affine_transform(image[..., c], linear, offset, order=1, mode="mirror") for c in range(2)]
    return np.stack(channels, axis=-1)


def test_any_map_is_that_of_scipy():
    maps = np.random.default_rng(1).normal(scale=1.5, size=(3, 2, 3)).astype(np.float32)
    maps[..., 2] *= 10  # far outside, where mirrors face each other
    found = resampling.resampled(X, tf.constant(maps)).numpy()
    for i in range(3):
        np.testing.assert_allclose(found[i], by_scipy(X[i].astype(float), maps[i]), atol=1e-4)


def test_maps_are_composed_in_the_order_in_which_the_image_is_changed():
    """To the right by 2 and then twice as wide is not twice as wide and then to the right by 2."""
    move, widen = resampling.moved(0 * ONE, 2 * ONE), resampling.scaled(ONE, 2 * ONE)
    in_the_middle = [resampling.composed(*both)[0, :, 2].numpy().tolist() for both in ((move, widen), (widen, move))]
    assert in_the_middle == [[0, -2], [0, -1]]


def test_right_angles_are_exact_and_anticlockwise():
    square = X[:, :, :6]
    found = resampling.resampled(square, resampling.quarter_turned(tf.constant([1, 2, 3]))).numpy()
    assert all(np.array_equal(found[i], np.rot90(square[i], i + 1)) for i in range(3))
    turned = resampling.resampled(square, resampling.turned(tf.fill([3], np.pi / 2))).numpy()
    np.testing.assert_allclose(turned, np.rot90(square, axes=(1, 2)), atol=1e-5)


def test_mirrored_moved_and_larger():
    assert np.array_equal(resampling.resampled(X, resampling.scaled(ONE, -ONE)), X[:, :, ::-1])
    moved = resampling.resampled(X, resampling.moved(2 * ONE, -ONE)).numpy()
    assert np.array_equal(moved[:, 2:, :-1], X[:, :-2, 1:])
    assert np.array_equal(moved[:, :2, :-1], X[:, [2, 1]][:, :, 1:])  # the mirror
    ramp = np.tile(np.arange(9, dtype=np.float32)[None, None, :, None], (1, 6, 1, 1))
    larger = resampling.resampled(ramp, resampling.scaled(tf.constant([1.0]), tf.constant([2.0]))).numpy()
    assert larger[0, 0, :, 0].tolist() == [2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6]


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (1, 1)], ids=str)
def test_sides_of_one_pixel(shape):
    x = np.random.default_rng(0).uniform(-1, 1, (1, *shape, 1)).astype(np.float32)
    assert np.array_equal(resampling.resampled(x, resampling.moved(tf.zeros(1), tf.zeros(1))), x)
    found = resampling.resampled(x, resampling.moved(tf.constant([1.5]), tf.constant([-2.5]))).numpy()
    assert x.min() <= found.min()
    assert found.max() <= x.max()


def test_the_gradient_is_the_transposed_map():
    """<g, T x> = <T' g, x> for all g, as T is linear."""
    maps = tf.constant(np.random.default_rng(1).normal(size=(3, 2, 3)), tf.float32)
    x, g = tf.constant(X), tf.constant(np.random.default_rng(2).normal(size=X.shape), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(g * resampling.resampled(x, maps))
    assert float(tf.reduce_sum(tape.gradient(y, x) * x)) == pytest.approx(float(y), rel=1e-4)
