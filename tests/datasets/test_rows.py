"""Rows that are converted when they are read: the same as those of an array that was converted at once."""

import numpy as np
import pytest

from ganae_cli.datasets import rows as module
from ganae_cli.datasets.rows import Rows, blocks, bounds, count_bad, settled

ARRAY = np.random.default_rng(0).integers(0, 1000, (50, 4, 3))
INDEX = np.random.default_rng(1).permutation(50)[:20]


def convert(block):
    return (block / 2).astype(np.float32)[..., None]


@pytest.fixture(params=[Rows(ARRAY, convert, INDEX), Rows(Rows(ARRAY, convert), index=INDEX)], ids=["flat", "nested"])
def rows(request):
    return request.param


def test_they_look_like_the_converted_array(rows):
    whole = convert(ARRAY)[INDEX]
    assert (len(rows), rows.shape, rows.ndim, rows.dtype, rows.nbytes) == (20, (20, 4, 3, 1), 4, np.float32, 20 * 48)
    assert (np.asarray(rows) == whole).all()
    for which in (
        3,
        -1,
        slice(2, 7),
        slice(None),
        slice(-3, None),
        [5, 5, 0],
        np.array([19, -2]),
        whole[:, 0, 0, 0] > 99,
    ):
        assert np.array_equal(rows[which], whole[which])
    assert (np.stack(list(rows)) == whole).all()
    assert (np.asarray(rows.chosen(np.arange(7))) == whole[:7]).all()


def test_only_what_is_asked_for_is_converted():
    seen = []
    rows = Rows(ARRAY, lambda block: seen.append(len(block)) or block)
    seen.clear()
    rows.chosen(np.arange(30))[[4, 9]]
    assert sum(seen) <= 4  # two rows, and one or two that tell the shape


def test_blocks_are_all_rows_in_order(monkeypatch, rows):
    monkeypatch.setattr(module, "BLOCK", 300)  # a row of the source has 96 bytes
    parts = list(blocks(rows))
    assert [len(part) for part in parts] == [3] * 6 + [2]
    assert (np.concatenate(parts) == np.asarray(rows)).all()
    assert [len(part) for part in blocks(ARRAY)] == [3] * 16 + [2]


def test_rows_settle_if_they_are_few_or_costly(monkeypatch, rows):
    assert isinstance(settled(rows), np.ndarray)
    monkeypatch.setattr(module, "IN_MEMORY", 20 * 48 - 1)
    assert settled(rows) is rows
    assert isinstance(settled(Rows(ARRAY, convert, is_costly=True)), np.ndarray)
    assert settled(ARRAY) is ARRAY


def test_bounds(monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 300)
    assert bounds(ARRAY) == (ARRAY.min(), ARRAY.max())
    assert bounds(ARRAY, enough=1) == (ARRAY[:3].min(), ARRAY[:3].max())
    assert bounds(np.array([[True], [False]])) == (0, 1)
    bad = np.zeros((90, 100))
    bad[40, 3], bad[41, 0], bad[80] = np.nan, -np.inf, np.inf
    assert np.isnan(bounds(bad)).all()
    assert bounds(bad[41:]) == (-np.inf, np.inf)
    assert count_bad(bad, lambda block: ~np.isfinite(block)) == (102, 40)
    assert count_bad(bad, lambda block: block == 7) == (0, -1)
