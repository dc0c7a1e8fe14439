"""Sheets, animations and arrays of rows of steps."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation import moving
from ganae_cli.evaluation.moving import Walks

Z = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
IMAGES = np.arange(6, dtype=np.uint8).reshape(2, 3, 1, 1, 1) * 10
POINTS = Walks(Z, Z / 10, np.array([0, 0.5, 1]), behind=np.random.default_rng(0).standard_normal((50, 2)))
WALKS = Walks(Z, IMAGES, np.array([0, 0.5, 1]), np.array([[0, 0, 0], [1, 1, 1]]))


def test_a_sheet_has_a_row_for_each_row(tmp_path):
    moving.write(WALKS, tmp_path / "new" / "x.png", "picture", 1, at="share")
    with Image.open(tmp_path / "new" / "x.png") as picture:
        assert np.asarray(picture)[1::2, 1::2].tolist() == [[0, 10, 20], [30, 40, 50]]


def test_originals_stand_at_both_ends(tmp_path):
    """Columns: line, original, line, three of space, line, three steps with lines, three of space, the original."""
    ends = np.array([[100, 101], [102, 103]], np.uint8).reshape(2, 2, 1, 1, 1)
    moving.write(WALKS._replace(ends=ends), tmp_path / "x.png", "picture", 1, at="share")
    with Image.open(tmp_path / "x.png") as picture:
        pixels = np.asarray(picture)
    assert pixels[1, [1, 7, 9, 11, 17]].tolist() == [100, 0, 10, 20, 101]
    assert pixels[3, [1, 7, 9, 11, 17]].tolist() == [102, 30, 40, 50, 103]


def test_in_an_animation_all_rows_move_at_once(tmp_path):
    moving.write(WALKS, tmp_path / "x.gif", "moving", 1, at="share")
    with Image.open(tmp_path / "x.gif") as picture:
        seen = []
        for i in range(picture.n_frames):
            picture.seek(i)
            pixels = np.asarray(picture.convert("L"))
            seen.append([int(pixels[1, 1]), int(pixels[1, 3])])
    assert seen == [[0, 30], [10, 40], [20, 50], [10, 40]]


def test_a_picture_that_is_too_large_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("ganae_cli.evaluation.animation.MOST_PIXELS", 10)
    for kind, scale, message in (("moving", 1, "a GIF of 3 frames"), ("picture", 9999, "--scale 9999: the picture")):
        with pytest.raises(UserError, match=message):
            moving.write(WALKS, tmp_path / "new" / "x", kind, scale, at="share")
    assert list(tmp_path.iterdir()) == []


def test_arrays_row_by_row(tmp_path):
    moving.write(WALKS, tmp_path / "x.npz", "arrays", None, at="share", values=np.array([7.0]))
    with np.load(tmp_path / "x.npz") as held:
        assert sorted(held.files) == ["images", "labels", "row", "share", "values", "z"]
        assert held["images"].shape == (6, 1, 1, 1)
        assert (held["images"].ravel() == IMAGES.ravel()).all()
        assert (held["z"] == Z.reshape(6, 2)).all()
        assert held["row"].tolist() == held["labels"].tolist() == [0, 0, 0, 1, 1, 1]
        assert held["share"].tolist() == [0, 0.5, 1] * 2


def test_points(tmp_path):
    moving.write(POINTS, tmp_path / "x.npz", "arrays", None, at="offset")
    with np.load(tmp_path / "x.npz") as held:
        assert held["points"].shape == (6, 2)
    moving.write(POINTS, tmp_path / "x.png", "picture", None, at="offset")
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.size == (640, 640)
    moving.write(POINTS, tmp_path / "x.gif", "moving", None, at="offset")
    with Image.open(tmp_path / "x.gif") as picture:
        assert (picture.n_frames, picture.size) == (4, (640, 640))
    with pytest.raises(UserError, match=r"^--scale 2 enlarges images, and these are points$"):
        moving.write(POINTS, tmp_path / "x.png", "picture", 2, at="offset")
