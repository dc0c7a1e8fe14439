"""Resizing is Pillow's, in floating point; grey, grey with alpha, and RGBA become three channels."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ganae_cli.features.resizing import to_rgb


def by_pillow(image: np.ndarray, size: int) -> np.ndarray:
    """Return float32 (size, size, C) of one image: each channel as a picture of floating-point numbers."""
    planes = [Image.fromarray(plane.astype(np.float32), mode="F") for plane in np.moveaxis(image, -1, 0)]
    resized = [np.asarray(plane.resize((size, size), Image.Resampling.BICUBIC)) for plane in planes]
    return np.stack(resized, axis=-1).clip(0, 255)


@pytest.mark.parametrize("shape", [(32, 32), (28, 40), (97, 200), (301, 64), (1, 5)])
def test_images_are_resized_as_pillow_does(shape):
    images = np.random.default_rng(0).integers(0, 256, (2, *shape, 3), dtype=np.uint8)
    found = to_rgb(tf.constant(images), 96).numpy()
    assert found.dtype == np.float32
    assert found == pytest.approx(np.stack([by_pillow(image, 96) for image in images]), abs=2e-3)
    if shape == (32, 32):  # what overshoots is cut
        assert (found.min(), found.max()) == (0, 255)


def test_nothing_is_aliased():
    """A board of black and white pixels is grey when it shrinks to a quarter, in the middle as at the borders."""
    board = np.indices((64, 64)).sum(axis=0) % 2 * 255
    found = to_rgb(tf.constant(board[None, ..., None].astype(np.uint8)), 16).numpy()
    assert found == pytest.approx(127.5, abs=4)
    assert found[:, 2:-2, 2:-2] == pytest.approx(127.5, abs=1e-3)


def test_images_of_the_size_stay_as_they_are():
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    assert (to_rgb(tf.constant(images), 32).numpy() == images).all()


def test_channels():
    """Grey is repeated, and an alpha channel lays the image over grey of 127: 0.2 * 200 + 0.8 * 127 = 141.6."""
    grey, opacity = np.full((1, 4, 4, 1), 200, np.uint8), np.full((1, 4, 4, 1), 51, np.uint8)
    assert to_rgb(tf.constant(grey), 8).numpy() == pytest.approx(200)
    assert to_rgb(tf.constant(np.concatenate([grey, opacity], -1)), 8).numpy() == pytest.approx(141.6, abs=1e-3)
    colours = np.concatenate([grey, grey // 2, grey // 4, opacity], -1)
    expected = np.broadcast_to([141.6, 0.2 * 100 + 101.6, 0.2 * 50 + 101.6], (1, 8, 8, 3))
    assert to_rgb(tf.constant(colours), 8).numpy() == pytest.approx(expected, abs=1e-3)
    hidden = np.concatenate([colours[..., :3], np.zeros_like(opacity)], -1)
    assert to_rgb(tf.constant(hidden), 8).numpy() == pytest.approx(127)
