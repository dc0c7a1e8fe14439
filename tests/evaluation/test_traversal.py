"""Walks through a code of a linear model, whose Jacobian is its matrix."""

from types import SimpleNamespace

import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.evaluation import traversal
from ganae_cli.evaluation.inputs import Read
from ganae_cli.evaluation.inputs_of_run import Named
from ganae_cli.evaluation.traversal import Start

MATRIX = np.array([[3.0, 0.0], [0.0, 0.5], [0.0, 0.0], [4.0, 0.0]])  # image of 4 pixels by code of 2: values 5 and 0.5
SPREAD = np.array([2.0, 10.0])  # standard deviations of codes
START = Start(np.array([1.0, -1.0], np.float32), None)


class Space:
    def __init__(self, is_normal=True, of_encoder=False, classes=()):
        self.is_normal, self.of_encoder, self.classes = is_normal, of_encoder, classes
        game = SimpleNamespace(shape=(2, 2, 1))
        self.trained = SimpleNamespace(
            game=game, classes=classes, labels=self.labels, encode=lambda rows: START.z[None]
        )

    def labels(self, count, asked):
        return np.resize([self.classes.index(one) for one in asked or self.classes], count) if self.classes else None

    def drawn(self, count, seed, labels=None):
        return np.random.default_rng(seed).standard_normal((count, 2)).astype(np.float32)

    def typical(self, label=None):
        return np.random.default_rng(0).standard_normal((100_000, 2)) * SPREAD

    def tangents(self, z, label=None):
        return MATRIX.T.astype(np.float32)

    def data_of(self, z, labels=None):
        return np.zeros((len(z), 2, 2, 1), np.uint8)


def test_singular_directions_at_the_start():
    found = traversal.find(Space(), START, "jacobian", 8)
    assert found.values == pytest.approx([5, 0.5])
    assert found.vectors == pytest.approx(np.eye(2))


def test_principal_directions_of_codes_that_have_them():
    for space in (Space(is_normal=False), Space(of_encoder=True)):
        found = traversal.find(space, START, "principal", 1)
        assert found.vectors == pytest.approx(np.array([[0, 1]]), abs=0.01)
        assert found.values == pytest.approx([10], rel=0.02)
        assert found.what == "standard deviations"


def test_principal_directions_of_a_prior_are_those_that_change_images_on_average():
    """Codes of N(0, I) vary alike in all directions; over any codes, the Jacobian of this model is the matrix."""
    found = traversal.find(Space(), START, "principal", 2)
    assert found.vectors == pytest.approx(np.eye(2))
    assert found.values == pytest.approx([5, 0.5])
    assert "change of images" in found.what


@pytest.mark.parametrize(("is_normal", "expected"), [(True, [1, 1]), (False, [2, 10])])
def test_dimensions_with_the_spread_of_codes(is_normal, expected):
    found = traversal.find(Space(is_normal), START, "dimensions", 2)
    assert found.vectors.tolist() == [[1, 0], [0, 1]]
    assert found.values == pytest.approx(expected, rel=0.02)


def test_rows_go_from_minus_to_plus_standard_deviations_around_the_start():
    space = Space(is_normal=False)
    walks = traversal.walk(space, START, traversal.find(space, START, "dimensions", 2), 3, 1.5)
    assert walks.at.tolist() == [-1.5, 0, 1.5]
    assert walks.z[0] == pytest.approx(np.array([[1 - 3, -1], [1, -1], [1 + 3, -1]]), abs=0.05)
    assert walks.z[1] == pytest.approx(np.array([[1, -1 - 15], [1, -1], [1, -1 + 15]]), abs=0.2)
    assert walks.labels is None


def test_starts_and_their_classes():
    space = Space(classes=("owl", "cat"))
    assert traversal.drawn(Space(), 3, None).label is None
    assert traversal.drawn(space, 3, None).label == 0
    assert traversal.drawn(space, 3, ["cat"]).label == 1
    one = Named("x", Read(np.zeros((1, 2, 2, 1), np.uint8), ["x"], ["cat"]))
    assert traversal.named(space, one, None).label == 1
    assert traversal.named(space, one, ["owl"]).label == 0
    start = Start(START.z, 1)
    walks = traversal.walk(space, start, traversal.find(space, start, "dimensions", 2), 3, 1)
    assert walks.labels.tolist() == [[1, 1, 1]] * 2


@pytest.mark.parametrize("kind", ["jacobian", "principal"])
def test_a_jacobian_that_would_be_too_large(monkeypatch, kind):
    monkeypatch.setattr(traversal, "MOST_NUMBERS", 7)
    with pytest.raises(
        UserError, match=rf"^--directions {kind}: the Jacobian of an image of 4 numbers by a code of 2 "
    ):
        traversal.find(Space(), START, kind, 2)
    traversal.find(Space(), START, "dimensions", 2)


def test_the_archive_has_the_directions(tmp_path):
    space = Space()
    found = traversal.find(space, START, "jacobian", 2)
    traversal.write(traversal.walk(space, START, found, 3, 1.0), found, tmp_path / "x.npz", "arrays", None)
    with np.load(tmp_path / "x.npz") as held:
        assert sorted(held.files) == ["directions", "images", "offset", "row", "values", "z"]
        assert held["directions"].tolist() == [[1, 0], [0, 1]]
        assert held["values"] == pytest.approx([5, 0.5])
        assert held["offset"].tolist() == [-1, 0, 1] * 2
