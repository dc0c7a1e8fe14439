"""Pictures at another size: bicubic with a support that grows as it shrinks, by a computation of its own."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli.datasets.pictures.fit import fitted, resize, sides
from ganae_cli.errors import UserError


def keys(x):
    """Return Keys' cubic kernel with a = -1/2 (1981, doi:10.1109/TASSP.1981.1163711)."""
    x = np.abs(x)
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def weights(old, new, start=0.0, stop=None):
    """Return the matrix (new, old) of a resampling of the part start … stop of a line of `old` pixels."""
    scale = ((old if stop is None else stop) - start) / new
    centre = start + (np.arange(new) + 0.5) * scale
    made = keys((np.arange(old) + 0.5 - centre[:, None]) / max(1.0, scale))
    return made / made.sum(axis=1, keepdims=True)


def resampled(picture, vertical, horizontal):
    """Return a picture after both passes; each of them ends in 8 bits, and the rows come first."""
    rows = np.clip(np.rint(picture @ horizontal.T), 0, 255)
    return np.clip(vertical @ rows, 0, 255)


RANDOM = np.random.default_rng(0).integers(0, 256, (40, 60)).astype(np.uint8)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (13, 60), (7, 33), (80, 60), (40, 75)])
def test_stretched_by_the_formula(height, width):
    expected = resampled(RANDOM, weights(40, height), weights(60, width))
    found = np.asarray(fitted(Image.fromarray(RANDOM), (height, width), "stretch"))
    assert np.abs(found - expected).max() < 1.01


def test_cut_by_the_formula():
    """60 wide and 40 high, to a square: the middle 40 columns, from the 10th on."""
    expected = resampled(RANDOM, weights(40, 10), weights(60, 10, 10, 50))
    found = np.asarray(fitted(Image.fromarray(RANDOM), (10, 10), "crop"))
    assert np.abs(found - expected).max() < 1.01


def test_padded_in_the_middle():
    white = Image.fromarray(np.full((10, 40, 3), 255, np.uint8))
    found = np.asarray(fitted(white, (20, 20), "pad"))
    assert found.shape == (20, 20, 3)
    assert (found[:7] == 0).all()
    assert (found[7:12] == 255).all()
    assert (found[12:] == 0).all()
    assert np.asarray(fitted(white.convert("RGBA"), (20, 20), "pad"))[0, 0].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("how", ["crop", "pad", "stretch"])
def test_fine_stripes_become_grey(how):
    """An aliased picture would be black or white, by the stripe that is met."""
    stripes = np.zeros((64, 64), np.uint8)
    stripes[:, ::2] = 255
    found = np.asarray(fitted(Image.fromarray(stripes), (8, 8), how))
    assert np.abs(found[:, 1:-1].astype(int) - 127.5).max() < 8


@pytest.mark.parametrize("how", ["crop", "pad", "stretch"])
@pytest.mark.parametrize("size", [(1, 1), (1, 1000), (1000, 1)])
def test_extreme_shapes(how, size):
    found = fitted(Image.new("RGB", size, "red"), (16, 16), how)
    assert found.size == (16, 16)
    assert found.getpixel((7, 7)) == (255, 0, 0)


def test_transparent_pixels_lend_no_colour():
    """Half red, half transparent green: no green bleeds into the edge."""
    picture = np.zeros((16, 16, 4), np.uint8)
    picture[:, :7], picture[:, 7:] = (255, 0, 0, 255), (0, 255, 0, 0)
    found = np.asarray(fitted(Image.fromarray(picture), (4, 4), "stretch"))
    assert (found[..., 1] == 0).all()


@pytest.mark.parametrize("image_size", [0, -8, [8], [8, 8, 1], [8, 0], True, [8.5, 8]])
def test_impossible_sizes_are_refused(image_size):
    with pytest.raises(UserError, match=r"dataset\.image_size must be null, a whole number or"):
        resize(np.zeros((1, 8, 8, 1), np.uint8), image_size)


def test_sizes_in_words():
    assert (sides(None), sides(8), sides([8, 9])) == (None, (8, 8), (8, 9))
