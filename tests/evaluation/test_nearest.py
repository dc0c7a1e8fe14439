"""Nearest rows: against all distances at once, in blocks, with copies and ties."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.neighbors import NearestNeighbors

from ganae_cli.datasets.rows import Rows
from ganae_cli.evaluation.nearest import distance_ratios, nearest
from ganae_cli.metrics import nearest as module


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_ROWS", 7)


@pytest.mark.usefixtures("small_blocks")
def test_numbers_and_distances_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    rows, among = random.standard_normal((20, 5)), random.standard_normal((60, 5)) + 100
    shares = []
    found = nearest(rows, among, 4, shares.append)
    distances, numbers = NearestNeighbors(n_neighbors=4).fit(among).kneighbors(rows)
    assert np.array_equal(found.numbers, numbers)
    assert found.distances == pytest.approx(distances, rel=1e-6)
    assert shares[-1] == 1
    assert shares == sorted(shares)


@pytest.mark.usefixtures("small_blocks")
def test_images_that_are_read_from_a_file_count_from_0_to_1():
    images = np.random.default_rng(0).integers(0, 256, (30, 3, 4, 1)).astype(np.uint8)
    rows = images[[4, 17]] // 2
    found = nearest(rows, Rows(images, lambda block: block), 3)
    expected = cdist(rows.reshape(2, -1) / 255, images.reshape(30, -1) / 255)
    assert np.array_equal(found.numbers, expected.argsort(axis=1)[:, :3])
    assert found.distances == pytest.approx(np.sort(expected, axis=1)[:, :3], rel=1e-6)


def test_a_copy_has_distance_0_and_the_first_of_equal_ones_counts():
    images = np.random.default_rng(0).integers(0, 256, (9, 2, 2, 1)).astype(np.uint8)
    images[7] = images[2]
    found = nearest(images[[2]], images, 2)
    assert (found.numbers.tolist(), found.distances.tolist()) == ([[2, 7]], [[0, 0]])


def test_there_are_no_more_than_there_are():
    found = nearest(np.array([[0.0]]), np.array([[3.0], [-1.0]]), 5)
    assert (found.numbers.tolist(), found.distances.tolist()) == ([[1, 0]], [[1, 3]])


def test_ratios_by_hand():
    """Training rows at 0, 10 and 14: 10 has its nearest at 4, and 0 at 10. A row at 9 is at a quarter, one at -5 half.

    Of two rows in one place, the nearest of each is the other, at distance 0.
    """
    train = np.array([[0.0], [10.0], [14.0]])
    rows = np.array([[9.0], [-5.0], [10.0]])
    assert distance_ratios(nearest(rows, train, 1), train).tolist() == [0.25, 0.5, 0]
    twice = np.array([[0.0], [0.0], [9.0]])
    assert distance_ratios(nearest(np.array([[1.0], [0.0]]), twice, 1), twice).tolist() == [np.inf, 0]


def test_new_rows_of_the_same_distribution_are_below_1_in_about_half_of_the_cases():
    random = np.random.default_rng(0)
    train, new = random.standard_normal((2000, 8)), random.standard_normal((1000, 8))
    ratios = distance_ratios(nearest(new, train, 1), train)
    assert 0.4 < (ratios < 1).mean() < 0.6
    assert np.median(distance_ratios(nearest(train[:500] + 1e-3, train, 1), train)) < 0.01
