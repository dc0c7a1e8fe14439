"""The search for nearest rows, beside scikit-learn's trees: near copies, few rows, blocks that do not divide."""

import tracemalloc

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ganae_cli.metrics import nearest as module
from ganae_cli.metrics.nearest import nearest


@pytest.fixture(scope="module")
def clouds():
    """Return features whose mean is far from 0: single precision would lose their distances without a centre."""
    rows = np.random.default_rng(0).normal(1000.0, 1.0, (1100, 12)).astype(np.float32)
    return rows[:1000], rows[1000:]


@pytest.mark.parametrize("size", [2048, 7])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_as_scikit_learn_finds(clouds, monkeypatch, size, count):
    monkeypatch.setattr(module, "BLOCK_ROWS", size)
    among, rows = clouds
    expected, indices = NearestNeighbors(n_neighbors=count, algorithm="kd_tree").fit(among).kneighbors(rows)
    found = nearest(rows, among, count)
    assert found.distances == pytest.approx(expected, rel=1e-9)
    assert found.indices.tolist() == indices.tolist()


@pytest.mark.parametrize("size", [2048, 7])
def test_a_row_is_no_neighbour_of_itself_but_its_copy_is(clouds, monkeypatch, size):
    monkeypatch.setattr(module, "BLOCK_ROWS", size)
    among = np.concatenate([clouds[0][:50], clouds[0][10:11]])
    found = nearest(among, among, 3, own=np.arange(51))
    expected, _ = NearestNeighbors(n_neighbors=4).fit(among).kneighbors(among)
    assert found.distances == pytest.approx(expected[:, 1:], rel=1e-9)
    assert found.indices[50, 0] == 10
    assert found.indices[10, 0] == 50
    assert found.distances[[10, 50], 0].tolist() == [0, 0]
    part = nearest(among[[10, 7]], among, 1, own=np.array([10, 7]))
    assert part.indices[:, 0].tolist() == [50, found.indices[7, 0]]


def test_too_few_rows_leave_infinite_distances():
    found = nearest(np.zeros((2, 3)), np.ones((1, 3)), 2)
    assert found.distances.tolist() == [[3**0.5, np.inf]] * 2
    assert found.indices.tolist() == [[0, -1]] * 2
    assert nearest(np.zeros((1, 3)), np.ones((1, 3)), own=np.zeros(1, int)).indices.tolist() == [[-1]]
    among = np.array([[0.0], [1.0]])
    assert nearest(among, among, 2, own=np.arange(2)).indices.tolist() == [[1, -1], [0, -1]]
    assert nearest(np.zeros((0, 3)), np.ones((1, 3)), 2).distances.shape == (0, 2)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_crowded_rows_are_told_apart(dimensions):
    """20,000 numbers from 0 to 1 are 5e-5 apart, whose square is less than what single precision leaves of 1."""
    rows = np.random.default_rng(1).uniform(size=(20_000, dimensions))
    expected, indices = NearestNeighbors(n_neighbors=2).fit(rows).kneighbors(rows[:500])
    found = nearest(rows[:500], rows, own=np.arange(500))
    assert found.indices[:, 0].tolist() == indices[:, 1].tolist()
    assert found.distances[:, 0] == pytest.approx(expected[:, 1])


def test_many_numbers_and_single_precision():
    """Rows of 300 numbers, and four near copies of each that only exact distances put in order."""
    random = np.random.default_rng(2)
    rows = random.normal(5, 1, (40, 300))
    direction = random.normal(size=300)
    direction /= np.linalg.norm(direction)
    copies = [rows + distance * direction for distance in (4e-4, 1e-4, 3e-4, 2e-4)]
    found = nearest(rows, np.concatenate([*copies, random.normal(5, 1, (400, 300))]), 2)
    assert found.indices.tolist() == [[40 + i, 120 + i] for i in range(40)]
    assert found.distances == pytest.approx(np.tile([1e-4, 2e-4], (40, 1)), rel=1e-6)


def test_many_numbers_far_from_0():
    """Squares of 1e9, of which single precision leaves steps of 64: too coarse for those of distances, 24²."""
    random = np.random.default_rng(3)
    among, rows = random.normal(2000, 1, (500, 300)), random.normal(2000, 1, (50, 300))
    expected, indices = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(among - 2000).kneighbors(rows - 2000)
    found = nearest(rows, among)
    assert found.indices.tolist() == indices.tolist()
    assert found.distances == pytest.approx(expected)


def test_it_tells_how_far_it_is(clouds, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_ROWS", 300)
    shares = []
    nearest(clouds[1], clouds[0], progress=shares.append)
    assert shares == [0.3, 0.6, 0.9, 1.0]


def test_memory_is_bounded():
    """8,000 rows against as many, of 512 numbers: 64 million distances, which would be 256 MB."""
    rows = np.random.default_rng(0).random((8000, 512), np.float32)
    tracemalloc.start()
    nearest(rows[:3000], rows, 5, own=np.arange(3000))
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < 120e6
