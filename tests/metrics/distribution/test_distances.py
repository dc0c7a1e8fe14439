"""Blocks of squared distances: which pairs they hold, and that what is said about their error is true."""

import numpy as np
import pytest

from ganae_cli.metrics.distribution import distances
from ganae_cli.metrics.distribution.distances import Space, exact, places


def cloud(seed, count, dimensions, shift=0.0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(count, dimensions)) * rng.gamma(2.0, size=(count, 1)) + shift).astype(np.float32)


def squares(a, b):
    return np.stack([np.square(b.astype(np.float64) - row.astype(np.float64)).sum(axis=1) for row in a])


@pytest.mark.parametrize(("shift", "other"), [(0, 0), (100, 0), (20_000, 20_000)])
@pytest.mark.parametrize("dimensions", [100, 900])
def test_the_bounds_are_lower_and_by_no_more_than_the_gaps(monkeypatch, dimensions, shift, other):
    """In both precisions; of two clouds far from each other, and of both far from 0, too."""
    monkeypatch.setattr(distances, "LEFT", 64)
    monkeypatch.setattr(distances, "RIGHT", 32)
    left, right = cloud(7, 100, dimensions, shift), cloud(8, 150, dimensions, other)
    space, true = Space.between(left, right), squares(left, right)
    assert space.dtype == (np.float64 if dimensions == 100 else np.float32)
    for block in space.blocks():
        ours, theirs = np.arange(100)[block.left, None], np.arange(150)[block.right]
        assert (block.low < true[block.left, block.right]).all()
        assert (block.low + space.gaps(ours, theirs) > true[block.left, block.right]).all()
        assert space.gaps(ours, theirs).max() < 1e-3 * true.max()


@pytest.mark.parametrize(("tall", "wide", "numbers"), [(64, 32, 10**6), (64, 48, 10**6), (64, 48, 50 * 6)])
def test_blocks_hold_each_pair_once(monkeypatch, tall, wide, numbers):
    """Half of the blocks: each pair once, or both ways round if both rows are on the left."""
    for name, value in {"LEFT": tall, "RIGHT": wide, "BLOCK_NUMBERS": numbers}.items():
        monkeypatch.setattr(distances, name, value)
    space = Space.between(rows := cloud(0, 200, 4), rows)
    for is_half in (False, True):
        times = np.zeros((200, 200), int)
        for block in space.blocks(is_half):
            assert block.low.size <= tall * wide
            times[block.left, block.right] += 1
            if is_half and block.right.start >= block.left.stop:
                times[block.right, block.left] += 1
        assert (times == 1).all()


def test_exact_distances_are_those_of_the_differences(monkeypatch):
    """In double precision whatever the rows are, and the same for a pair whichever way round and in which block."""
    left, right = cloud(0, 50, 301, 1000), cloud(1, 40, 301, 1000)
    which, other = np.divmod(np.arange(2000), 40)
    found = exact(left, right, which, other)
    assert found == pytest.approx(squares(left, right).ravel(), rel=1e-12)
    monkeypatch.setattr(distances, "EXACT_NUMBERS", 301 * 7)
    assert exact(right, left, other, which).tolist() == found.tolist()


def test_places_are_those_of_nonzero():
    """Of a table, of one that is turned, and of a part of one; a turned one in the order of its columns."""
    table = np.random.default_rng(0).random((30, 20)) < 0.1
    for given in (table, table[:, 3:9]):
        assert np.array(places(given)).tolist() == np.array(np.nonzero(given)).tolist()
    row, column = np.nonzero(table)
    assert np.array(places(table.T)).tolist() == [column.tolist(), row.tolist()]
