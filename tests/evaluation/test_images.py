"""Images and grids, pixel by pixel."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli.evaluation.images import grid, save, to_image

GREY = 128  # between the images of a grid


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (2, "L"), (3, "RGB"), (4, "RGBA"), (5, "L")])
def test_channels(channels, mode):
    pixels = np.arange(2 * 3 * channels, dtype=np.uint8).reshape(2, 3, channels)
    image = to_image(pixels)
    assert (image.mode, image.size) == (mode, (3, 2))
    assert image.getpixel((2, 1)) == (int(pixels[1, 2, 0]) if mode == "L" else tuple(pixels[1, 2].tolist()))


def test_a_jpeg_has_no_transparency(tmp_path):
    save(to_image(np.full((8, 8, 4), 200, np.uint8)), tmp_path / "x.JPG")
    with Image.open(tmp_path / "x.JPG") as picture:
        assert (picture.format, picture.mode, picture.getpixel((3, 3))) == ("JPEG", "RGB", (200, 200, 200))


def test_grid_by_hand():
    """Three images of one row and two columns, two in a row, one pixel of grey around each."""
    images = np.array([[[1, 2]], [[3, 4]], [[5, 6]]], np.uint8)[..., None]
    expected = [
        [GREY] * 7,
        [GREY, 1, 2, GREY, 3, 4, GREY],
        [GREY] * 7,
        [GREY, 5, 6, GREY, GREY, GREY, GREY],
        [GREY] * 7,
    ]
    assert np.asarray(grid(images, columns=2, at_least=1)).tolist() == expected


def test_a_grid_is_enlarged_by_a_whole_number():
    images = np.array([[[1, 2]], [[3, 4]], [[5, 6]]], np.uint8)[..., None]
    small, large = (np.asarray(grid(images, columns=2, at_least=side)) for side in (1, 21))
    assert large.shape == (15, 21)
    assert (large == small.repeat(3, axis=0).repeat(3, axis=1)).all()


@pytest.mark.parametrize(("count", "side"), [(1, 8), (64, 8), (64, 28), (10, 33), (2, 600)])
def test_a_grid_has_at_least_the_wanted_size(count, side):
    size = grid(np.zeros((count, side, side, 1), np.uint8), at_least=480).size
    assert max(size) >= 480


@pytest.mark.parametrize(("count", "rows", "columns"), [(1, 1, 1), (4, 2, 2), (5, 2, 3), (64, 8, 8)])
def test_a_grid_is_about_square(count, rows, columns):
    width, height = grid(np.zeros((count, 4, 4, 3), np.uint8), at_least=1).size
    assert (height, width) == (5 * rows + 1, 5 * columns + 1)


def test_a_picture_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "samples" / "step-00000001.png"
    with pytest.raises(FileNotFoundError):  # a run folder that was deleted is not made again
        save(Image.new("L", (3, 2), 7), path)
    path.parent.mkdir()
    save(Image.new("L", (3, 2), 7), path)
    with Image.open(path) as image:
        assert (image.format, image.size, image.getpixel((2, 1))) == ("PNG", (3, 2), 7)

    def half(self, file, **options):
        file.write_bytes(b"\x89PNG")
        raise OSError("no space left")

    monkeypatch.setattr(Image.Image, "save", half)
    with pytest.raises(OSError, match="no space left"):
        save(Image.new("L", (3, 2), 9), path)
    with Image.open(path) as image:
        assert image.getpixel((2, 1)) == 7
