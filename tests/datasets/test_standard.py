"""Standardised points: the formula, there and back, and which scales are unusual."""

import json

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Rows
from ganae_cli.datasets.standard import Standard, unusual_scale

POINTS = np.random.default_rng(0).normal((1e4, -3, 7), (2, 1e-3, 0), (500, 3))


def test_columns_have_mean_0_and_deviation_1_and_come_back():
    standard = Standard.of(POINTS)
    np.testing.assert_allclose(standard.mean, POINTS.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(standard.std[:2], POINTS[:, :2].std(axis=0), rtol=1e-9)
    assert standard.std[2] == 1  # no spread
    seen = standard.apply(POINTS)
    assert seen.dtype == np.float32
    np.testing.assert_allclose(seen.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(seen.std(axis=0), [1, 1, 0], atol=1e-6)
    np.testing.assert_allclose(standard.undo(seen), POINTS, rtol=1e-6)
    again = Standard.read(json.loads(json.dumps(standard.facts())))
    assert (again.mean == standard.mean).all()
    assert (again.std == standard.std).all()
    assert Standard.read({"step": 3}) is None


@pytest.mark.parametrize("rows", [np.asarray, Rows], ids=["array", "rows"])
def test_data_are_standardised_by_their_training_rows(rows):
    train, test = POINTS[:400].astype(np.float32), POINTS[400:].astype(np.float32)
    data = Data("p", rows(train), rows(test), standardize=True)
    assert data.in_units(train) is train
    made = data.standardized()
    standard = Standard.of(train)
    assert (np.asarray(made.train) == standard.apply(train)).all()
    assert (np.asarray(made.test) == standard.apply(test)).all()
    np.testing.assert_allclose(made.in_units(made.test[:]), test, rtol=1e-6)
    other = Standard(np.zeros(3), np.full(3, 2.0))
    assert (np.asarray(data.standardized(other).train) == train / 2).all()


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 300, "go from 0"),
        (-1, 1, None),
        (-4.2, 4.2, None),
        (0, 0.01, "go from"),
        (1000, 1001, "to 1001"),
        (0, 19, None),
    ],
)
def test_scales_far_from_1(low, high, expected):
    found = unusual_scale(np.linspace(low, high, 90).reshape(30, 3))
    assert found is None if expected is None else expected in found


def test_one_large_number_is_seen_wherever_it_is():
    points = np.zeros((100_000, 2), np.float32)
    points[77_777, 1] = -21
    assert "from -21 to 0" in unusual_scale(points)
