"""Images and grids, pixel by pixel."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation import images as module
from ganae_cli.evaluation.images import enlarged, grid, in_rows, save, table, to_image

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


def test_rows_of_eight_alternate():
    """20 pairs of 2x2 images: rows of eight, each with its partners below; the last row has four, and grey behind."""
    upper = np.arange(20, dtype=np.uint8).reshape(20, 1, 1, 1) * np.ones((1, 2, 2, 1), np.uint8)
    picture = np.asarray(in_rows(upper, upper + 100))
    times = picture.shape[1] // 25  # eight columns of two pixels, and a line of one pixel around each
    small = picture[::times, ::times]
    assert small.shape[:2] == (19, 25)
    assert small[1::3, 1::3].tolist() == [
        list(range(0, 8)),
        list(range(100, 108)),
        list(range(8, 16)),
        list(range(108, 116)),
        [16, 17, 18, 19, *[GREY] * 4],
        [116, 117, 118, 119, *[GREY] * 4],
    ]


def test_fewer_than_eight_are_one_row():
    upper = np.full((3, 2, 2, 1), 7, np.uint8)
    assert in_rows(upper, upper, scale=1).size == (10, 7)


def test_blocks_stand_side_by_side_with_a_wider_line():
    """Two rows of one and of two images of one pixel: lines of one pixel, and three more between the blocks."""
    first = np.array([1, 2], np.uint8).reshape(2, 1, 1, 1, 1)
    rest = np.array([3, 4, 5, 6], np.uint8).reshape(2, 2, 1, 1, 1)
    line, between = [GREY] * 11, [GREY] * 5
    expected = [line, [GREY, 1, *between, 3, GREY, 4, GREY], line, [GREY, 2, *between, 5, GREY, 6, GREY], line]
    assert np.asarray(table(first, rest, scale=1)).tolist() == expected


def test_a_scale_makes_sharp_squares():
    picture = Image.fromarray(np.array([[1, 2]], np.uint8))
    assert np.asarray(enlarged(picture, scale=3)).tolist() == [[1, 1, 1, 2, 2, 2]] * 3
    assert grid(np.zeros((4, 8, 8, 1), np.uint8), scale=2).size == (38, 38)


def test_a_picture_that_would_be_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_PIXELS", 99)
    picture = Image.new("L", (5, 5))
    assert enlarged(picture, at_least=20).size == (20, 20)  # of itself it may grow: nobody asked for a size
    with pytest.raises(UserError, match=r"^--scale 2: the picture would have 10 x 10 pixels, more than 99 in all$"):
        enlarged(picture, scale=2)
