"""DiffAugment against the formulas of its paper, with the same random numbers."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.augmentations.diffaugment import DiffAugment
from ganae_cli.runtime.rng import Noise

ROWS = 40
OFF = {"color": False, "translation": 0.0, "cutout": 0.0}


def noise():
    return Noise(3, 5, ROWS)


def images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, (ROWS, *shape)).astype(np.float32)


def drawn(number):
    return noise().uniform(8).numpy()[:, number].reshape(-1, 1, 1, 1)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_brightness_saturation_and_contrast(channels):
    x = images(6, 5, channels)
    count = {2: 1, 4: 3}.get(channels, channels)
    y = x[..., :count] + drawn(1) - 0.5
    if count == 3:
        grey = y.mean(axis=-1, keepdims=True)
        y = (y - grey) * 2 * drawn(2) + grey
    mean = y.mean(axis=(1, 2, 3), keepdims=True)
    y = (y - mean) * (drawn(3) + 0.5) + mean
    found = DiffAugment(**OFF | {"color": True})(x, noise()).numpy()
    np.testing.assert_allclose(found[..., :count], y, atol=1e-5)
    assert np.array_equal(found[..., count:], x[..., count:])


def test_translation_is_by_up_to_an_eighth_both_ways():
    x = np.ones((ROWS, 16, 24, 1), np.float32)  # 2 and 3 pixels
    found = DiffAugment(**OFF | {"translation": 0.125})(x, noise()).numpy()[..., 0]
    down, right = np.floor(drawn(4).ravel() * 5) - 2, np.floor(drawn(5).ravel() * 7) - 3
    assert set(down) == {-2, -1, 0, 1, 2}
    assert set(right) == {-3, -2, -1, 0, 1, 2, 3}
    for i in range(ROWS):
        rows, columns = found[i].any(axis=1).nonzero()[0], found[i].any(axis=0).nonzero()[0]
        assert (rows[0], rows[-1]) == (max(0, down[i]), 15 + min(0, down[i]))
        assert (columns[0], columns[-1]) == (max(0, right[i]), 23 + min(0, right[i]))


def test_cutout_is_of_half_the_sides_with_its_centre_in_the_image():
    x = np.ones((ROWS, 8, 10, 1), np.float32)
    is_cut = DiffAugment(**OFF | {"cutout": 0.5})(x, noise()).numpy()[..., 0] == 0
    heights, widths = is_cut.any(axis=2).sum(axis=1), is_cut.any(axis=1).sum(axis=1)
    assert np.array_equal(is_cut.sum(axis=(1, 2)), heights * widths)  # rectangles
    # Of 4 with the centre on an edge, half is left at the ends; of 5 with the centre on a pixel, 3.
    assert (heights.min(), heights.max(), widths.min(), widths.max()) == (2, 4, 3, 5)


def test_flip_mirrors_half_of_the_images_and_nothing_else_by_default_does():
    x = images(4, 4, 1)
    found = DiffAugment(**OFF | {"flip": True})(x, noise()).numpy()
    is_flipped = drawn(0).ravel() < 0.5
    assert 10 < is_flipped.sum() < 30
    assert np.array_equal(found, np.where(is_flipped[:, None, None, None], x[:, :, ::-1], x))
    assert not DiffAugment().flip
    assert np.array_equal(DiffAugment(**OFF)(x, noise()), x)


def test_what_is_switched_off_changes_no_numbers_of_the_others():
    x = images(8, 8, 1)
    both = DiffAugment(color=False)(x, noise())
    apart = DiffAugment(color=False, translation=0.0)(DiffAugment(color=False, cutout=0.0)(x, noise()), noise())
    assert np.array_equal(both, apart)


def test_the_mean_of_brightness_and_contrast_is_the_image():
    """Both are symmetric: E(u - 1/2) = 0, E(u + 1/2) = 1."""
    x = tf.repeat(tf.constant(images(2, 2, 1)[:1]), 4000, axis=0)
    mean = DiffAugment(translation=0.0, cutout=0.0)(x, Noise(0, 0, 4000)).numpy().mean(axis=0)
    np.testing.assert_allclose(mean, x[0], atol=0.03)
