"""Rows beside their nearest training rows, of a model whose code of an image is its last pixel."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.standard import Standard
from ganae_cli.errors import UserError
from ganae_cli.evaluation import neighbours

TRAIN = np.array([[0, 90], [100, 10], [200, 50], [250, 255]], np.uint8).reshape(4, 1, 2, 1)
ROWS = np.array([[190, 90], [101, 10], [0, 0]], np.uint8).reshape(3, 1, 2, 1)


def model(data, shape):
    encode = lambda rows: np.asarray(rows)[:, 0, -1].astype(np.float32)  # noqa: E731
    return SimpleNamespace(data=data, standard=data.standard, encode=encode, game=SimpleNamespace(shape=shape))


IMAGES = model(Data("rows", TRAIN, TRAIN), (1, 2, 1))


def test_by_pixels_and_by_code():
    found = neighbours.look(IMAGES, ROWS, 2).found
    assert found.numbers.tolist() == [[2, 1], [1, 2], [0, 1]]
    assert found.distances[1, 0] == pytest.approx(1 / 255)
    by_code = neighbours.look(IMAGES, ROWS, 1, neighbours.CODE).found
    assert by_code.numbers.ravel().tolist() == [0, 1, 1]
    assert by_code.distances.ravel().tolist() == [0, 0, 10]


def test_the_most_suspicious_first(tmp_path):
    """Number 1 lies beside a training image; arrays are in the order that is shown, and so are those of the caller."""
    looked = neighbours.look(IMAGES, ROWS, 2, sort=True)
    assert looked.order[0] == 1
    assert (np.diff(looked.ratios[looked.order]) >= 0).all()
    neighbours.write(looked, tmp_path / "x.npz", "arrays", 1, None, z=np.array([[0.0], [1.0], [2.0]]))
    with np.load(tmp_path / "x.npz") as held:
        assert sorted(held.files) == ["distances", "images", "neighbours", "number", "ratios", "z"]
        assert np.array_equal(held["images"], ROWS[held["number"]])
        assert np.array_equal(held["z"].ravel(), held["number"])
        assert held["neighbours"][0].tolist() == [1, 2]
    assert neighbours.line(looked).startswith("number 1 is most like a training row: at 0.01 of the distance")


def test_a_picture_has_the_row_in_front_of_its_nearest(tmp_path):
    neighbours.write(neighbours.look(IMAGES, ROWS, 2), tmp_path / "x.png", "picture", 2, 1)
    with Image.open(tmp_path / "x.png") as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (5, 4 + 3 + 7)  # two rows
    assert pixels[1, [1, 2, 8, 9, 11, 12]].tolist() == [190, 90, 200, 50, 100, 10]
    assert pixels[3, [1, 2, 8, 9, 11, 12]].tolist() == [101, 10, 100, 10, 200, 50]


def test_points_are_measured_as_networks_see_them(tmp_path):
    """Columns with standard deviations 1 and 1000: without standardising, the second alone would count."""
    points = np.array([[-1, 0], [1, 0], [-1, 2000], [1, 2000]], np.float32)
    standardized = Data("points", points, points).standardized(Standard.of(points))
    trained = model(standardized, (2,))
    looked = neighbours.look(trained, np.array([[1, 900]], np.float32), 2)
    assert looked.found.numbers.tolist() == [[1, 3]]
    assert looked.found.distances[0] == pytest.approx([0.9, 1.1])
    neighbours.write(looked, tmp_path / "x.npz", "arrays", 1, None)
    with np.load(tmp_path / "x.npz") as held:
        assert held["points"].tolist() == [[1, 900]]
    neighbours.refuse_picture_of_points(trained, "arrays")
    with pytest.raises(UserError, match=r"^neighbours of points make no picture: use --out FILE\.npz$"):
        neighbours.refuse_picture_of_points(trained, "picture")
