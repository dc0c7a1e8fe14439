"""Distances of all pairs beside SciPy's, also where they nearly vanish."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from ganae_cli.metrics.codes.pairs import chosen, distances


def test_as_scipy_says_of_near_and_far_rows():
    """Rows far from 0, a cluster of rows 1e-6 wide and one far away: squares less products would lose the cluster."""
    random = np.random.default_rng(0)
    rows = np.concatenate([random.normal(size=(40, 5)), 1 + 1e-6 * random.normal(size=(40, 5)), np.full((1, 5), 1e3)])
    rows += 100
    assert distances(rows) == pytest.approx(squareform(pdist(rows)), rel=1e-7)


def test_equal_rows_are_at_exactly_0_and_images_are_rows():
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1)).astype(np.uint8)
    found = distances(np.concatenate([images, images]))
    assert found.diagonal(5).tolist() == [0] * 5
    assert found[0, 1] == pytest.approx(np.linalg.norm(images[0].astype(float) - images[1]))


def test_a_part_is_random_but_repeatable():
    assert chosen(10, 20, 0).tolist() == list(range(10))
    part = chosen(1000, 50, 1)
    assert len(set(part.tolist())) == 50
    assert (np.diff(part) > 0).all()
    assert part.tolist() == chosen(1000, 50, 1).tolist() != chosen(1000, 50, 2).tolist()
    assert part.max() > 900
