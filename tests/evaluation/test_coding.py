"""Files of codes and of reconstructions, by a model whose code of an image is its value, decoded as half of it."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation import coding
from ganae_cli.evaluation.inputs import Read

IMAGES = np.arange(40, dtype=np.uint8).reshape(40, 1, 1, 1) * np.ones((1, 2, 2, 1), np.uint8)
READ = Read(IMAGES, [f"{i}.png" for i in range(40)], [i % 2 for i in range(40)])
MODEL = SimpleNamespace(
    game=SimpleNamespace(shape=(2, 2, 1)),
    classes=(),
    labels=lambda count, asked: None,
    encode=lambda rows: np.float32(rows[:, 0, 0]),
    reconstruct=lambda rows, labels: rows // 2,
)


def test_codes_with_labels_and_names(tmp_path):
    coding.write_codes(MODEL, READ, ("owl", "cat"), tmp_path / "new" / "x.npz", "arrays")
    with np.load(tmp_path / "new" / "x.npz") as held:
        assert (held["z"].dtype, held["z"].ravel().tolist()) == (np.float32, list(range(40)))
        assert (held["labels"].dtype, held["labels"].tolist()) == (np.int64, [0, 1] * 20)
        assert held["classes"].tolist() == ["owl", "cat"]
        assert held["names"][7] == "7.png"


def test_codes_of_rows_of_which_nothing_is_known(tmp_path):
    coding.write_codes(MODEL, Read(IMAGES, [str(i) for i in range(40)]), (), tmp_path / "x.npz", "arrays")
    with np.load(tmp_path / "x.npz") as held:
        assert held.files == ["z"]


def test_a_table_of_codes(tmp_path):
    coding.write_codes(MODEL, Read(IMAGES[:2], ["a", "b"], ["owl", "cat"]), (), tmp_path / "x.csv", "table")
    assert (tmp_path / "x.csv").read_text() == "z1,label\n0.0,owl\n1.0,cat\n"
    coding.write_codes(MODEL, Read(IMAGES[:2], ["a", "b"], [3, 4]), (), tmp_path / "x.csv", "table")
    assert (tmp_path / "x.csv").read_text() == "z1,label\n0.0,3\n1.0,4\n"


def test_all_are_in_the_archive_and_32_of_them_in_the_picture(tmp_path):
    """Which 32 is drawn: rows of eight, each above the halves, one pixel of line around images of two."""
    coding.write_reconstructions(MODEL, READ, None, tmp_path / "x.npz", "arrays", None, None)
    with np.load(tmp_path / "x.npz") as held:
        assert (held["images"] == IMAGES).all()
        assert (held["reconstructions"] == IMAGES // 2).all()
    coding.write_reconstructions(MODEL, READ, None, tmp_path / "x.png", "picture", None, 1)
    with Image.open(tmp_path / "x.png") as picture:
        shown = np.asarray(picture)[1::3, 1::3]
    assert shown.shape == (8, 8)
    assert (shown[1::2] == shown[::2] // 2).all()
    upper = shown[::2].ravel().tolist()
    assert upper == sorted(set(upper))
    assert upper[-1] > 31


def test_points_are_drawn_over_their_originals(tmp_path):
    points = SimpleNamespace(**{**vars(MODEL), "game": SimpleNamespace(shape=(2,))})
    read = Read(np.arange(8, dtype=np.float32).reshape(4, 2), [])
    coding.write_reconstructions(points, read, None, tmp_path / "x.npz", "arrays", 3, None)
    with np.load(tmp_path / "x.npz") as held:
        assert sorted(held.files) == ["points", "reconstructions"]
        assert held["points"].shape == (3, 2)
    coding.write_reconstructions(points, read, None, tmp_path / "x.png", "picture", None, None)
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.size == (640, 640)
    with pytest.raises(UserError, match=r"^--scale 2 enlarges images, and these are points$"):
        coding.write_reconstructions(points, read, None, tmp_path / "y.png", "picture", None, 2)
