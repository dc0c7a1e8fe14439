"""Nearest neighbours and counts in balls, beside scikit-learn and plain NumPy; ties, copies, long rows, memory."""

import tracemalloc

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from ganae_cli.metrics.distribution import distances, neighbours
from ganae_cli.metrics.distribution.neighbours import Balls, nearest, pairs


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Make blocks so small that a few hundred rows fill several, which do not divide them."""
    monkeypatch.setattr(distances, "LEFT", 128)
    monkeypatch.setattr(distances, "RIGHT", 64)
    with threadpool_limits(1, "blas"):  # several threads wait for each other where another program runs
        yield


def cloud(seed, count, dimensions, dtype=np.float32, shift=0.0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(count, dimensions)) * rng.gamma(2.0, size=(count, 1)) + shift).astype(dtype)


def squares(a, b):
    return np.stack([np.square(b.astype(np.float64) - row.astype(np.float64)).sum(axis=1) for row in a])


def by_sorting(rows, k):
    found = squares(rows, rows)
    np.fill_diagonal(found, np.inf)
    return np.sort(found, axis=1)[:, :k]


@pytest.mark.parametrize("dimensions", [1, 3, 64, 200, 700])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_they_are_those_of_scikit_learn(dimensions, dtype):
    """Of short rows in double precision, and of long rows in single precision, far from 0."""
    rows = cloud(0, 450, dimensions, dtype, shift=30)
    expected, who = NearestNeighbors(n_neighbors=6).fit(rows.astype(np.float64)).kneighbors(rows.astype(np.float64))
    found = nearest(rows, 5)
    assert found.rows.tolist() == who[:, 1:].tolist()
    assert np.sqrt(found.squares) == pytest.approx(expected[:, 1:], rel=1e-9)


@pytest.mark.parametrize(("count", "k"), [(2, 1), (6, 5), (9, 8), (129, 128), (130, 5)])
def test_few_rows_and_many_neighbours(count, k):
    rows = cloud(1, count, 4)
    assert nearest(rows, k).squares == pytest.approx(by_sorting(rows, k), rel=1e-9)


def test_blocks_whose_sides_do_not_fit(monkeypatch):
    monkeypatch.setattr(distances, "RIGHT", 96)
    rows = cloud(1, 300, 4)
    assert nearest(rows, 5).squares == pytest.approx(by_sorting(rows, 5), rel=1e-9)


@pytest.mark.parametrize("dimensions", [2, 300])
def test_rows_that_single_precision_cannot_tell_apart(dimensions):
    """Two clusters, 20,000 times farther from each other than their members: what collapsed samples look like."""
    rows = cloud(2, 300, dimensions, np.float64) * 1e-4
    rows[::2] += 1
    found = nearest(rows, 3)
    assert found.squares == pytest.approx(by_sorting(rows, 3), rel=1e-9)
    in_single = nearest(rows.astype(np.float32), 3)
    assert in_single.squares == pytest.approx(by_sorting(rows.astype(np.float32), 3), rel=1e-9)


@pytest.mark.parametrize("dimensions", [3, 200])
def test_copies_and_ties(dimensions):
    """Whole numbers from 0 to 1 in three columns: each row is there many times, and most distances are ties."""
    rows = np.zeros((400, dimensions), np.float32)
    rows[:, :3] = np.random.default_rng(3).integers(0, 2, (400, 3))
    found = nearest(rows, 60)
    assert found.squares.tolist() == by_sorting(rows, 60).tolist()
    assert set(found.squares.ravel()) == {0.0, 1.0}
    assert not (found.rows == np.arange(400)[:, None]).any(), "a row is not its own neighbour"
    assert all(len(set(line)) == 60 for line in found.rows.tolist())


@pytest.mark.parametrize("dimensions", [2, 300])
@pytest.mark.parametrize("is_closed", [False, True])
def test_counts_are_those_of_all_distances(dimensions, is_closed):
    left, right = cloud(4, 300, dimensions, shift=5), cloud(5, 450, dimensions, shift=5)
    all_squares = squares(left, right)
    ours, theirs = np.quantile(all_squares, 0.05, axis=1), np.quantile(all_squares, 0.3, axis=0)
    ours[::3] = all_squares[::3, 7]  # exactly on the edge
    compare = np.less_equal if is_closed else np.less
    expected = compare(all_squares, ours[:, None]), compare(all_squares, theirs[None])
    balls = [Balls(ours, is_closed=is_closed), Balls(theirs, is_left=False, is_closed=is_closed)]
    for found, inside in zip(pairs(left, right, balls, keep=3), expected, strict=True):
        assert found.of_left.tolist() == inside.sum(axis=1).tolist()
        assert found.of_right.tolist() == inside.sum(axis=0).tolist()
        first = [[*np.flatnonzero(line)[:3].tolist(), -1, -1, -1][:3] for line in inside]
        assert found.first.tolist() == first


@pytest.mark.parametrize("dimensions", [3, 400])
def test_the_kth_neighbour_is_on_the_edge(dimensions):
    """Open balls hold k - 1 of the other rows and their own centre, closed ones k: in single precision, too."""
    rows = cloud(6, 300, dimensions)
    radii = nearest(rows, 5).squares[:, -1]
    opened, closed = pairs(rows, rows.copy(), [Balls(radii), Balls(radii, is_closed=True)])
    assert set(opened.of_left) == {5}
    assert set(closed.of_left) == {6}


def test_memory_is_bounded(monkeypatch):
    """3,000 rows have 9 million distances, 36 MB in single precision; k = 5 of each are kept."""
    monkeypatch.setattr(distances, "EXACT_NUMBERS", 100_000)
    monkeypatch.setattr(distances, "LEFT", 512)
    monkeypatch.setattr(distances, "RIGHT", 512)
    rows = cloud(9, 3000, 130)
    tracemalloc.start()
    radii = nearest(rows, 5).squares[:, -1]
    pairs(rows, rows, [Balls(radii), Balls(radii, is_left=False)], keep=5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16e6


def test_what_has_no_neighbours_is_refused():
    rows = cloud(0, 5, 3)
    with pytest.raises(ValueError, match="5 nearest neighbours take at least 6 rows, not 5"):
        nearest(rows, 5)
    with pytest.raises(ValueError, match=r"not \(5, 3\) and \(5, 2\)"):
        pairs(rows, rows[:, :2], [])
    rows[3, 1] = np.inf
    with pytest.raises(ValueError, match="not finite"):
        nearest(rows, 1)


def test_progress_rises_to_1():
    told: list[float] = []
    nearest(cloud(0, 400, 3), 2, told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    told.clear()
    pairs(cloud(0, 400, 3), cloud(0, 300, 3), [], progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_the_second_search_is_needed(monkeypatch):
    """Without candidates from double precision, rows that single precision cannot tell apart have wrong neighbours."""
    rows = (cloud(2, 300, 300, np.float64) * 1e-4).astype(np.float32)
    rows[::2] += 1
    kept = neighbours.Kept.of(np.arange(300), 3, np.full(300, np.inf))
    space = distances.Space.between(rows, rows)
    for block in space.blocks():
        kept.offer(space, block)
    found, is_certain = kept.exact(rows)
    assert not is_certain.any()
    assert found.squares != pytest.approx(by_sorting(rows, 3), rel=1e-9)
