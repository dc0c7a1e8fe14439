"""Copies: samples with one training row much nearer than all others."""

import numpy as np
import pytest

from ganae_cli.metrics.memorisation.lone_neighbour import copies
from ganae_cli.metrics.nearest import nearest


@pytest.fixture
def stream():
    return np.random.default_rng(0)


def share(samples, train):
    return copies(nearest(samples, train, count=2).distances).value


def test_a_third_of_the_second_distance_is_the_limit():
    """Samples on the line from 0 to 4: a row at 0, the other at 4; 0.99 is less than a third as far, 1.01 is not."""
    train = np.array([[0.0], [4.0]])
    assert [share(np.array([[x]]), train) for x in (0.0, 0.99, 1.01, 2.0, 3.01)] == [1, 1, 0, 0, 1]


def test_samplers_are_in_order(stream):
    """Copies with a little noise are found; new rows, samples of one narrow class and blurs of all rows are not."""
    train, new = stream.normal(size=(2, 500, 16))
    noisy = train + 0.05 * stream.normal(size=train.shape)
    half = np.where(stream.random(500)[:, None] < 0.5, noisy, new)
    blurs = new / 3
    assert share(noisy, train) == 1
    assert share(half, train) == pytest.approx(0.5, abs=0.1)
    assert [share(rows, train) for rows in (new, blurs)] == [0, 0]


def test_new_rows_of_few_dimensions_score_what_is_expected(stream):
    """The nearest of two distances in m dimensions is less than a third of the second with probability 3^-m."""
    for dimensions in (1, 2):
        train, new = stream.random((2, 20_000, dimensions))
        assert share(new, train) == pytest.approx(3.0**-dimensions, abs=0.02)


def test_a_copy_of_a_duplicate_is_one(stream):
    rows = stream.normal(size=(50, 4))
    assert share(rows, np.concatenate([rows, rows])) == 1
