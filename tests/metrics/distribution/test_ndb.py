"""NDB: its test of shares beside a chi-squared test, bins that can be counted, and what a perfect sampler scores."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from sklearn.neighbors import NearestNeighbors

from ganae_cli.metrics.distribution.ndb import Bins, bins, ndb


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_its_test_is_the_chi_squared_test_without_correction(rng):
    """Of each bin against all others: z² of two proportions is chi² of the 2 × 2 table."""
    centres = rng.normal(size=(30, 3)).astype(np.float32)
    rows, samples = rng.normal(size=(1000, 3)), rng.normal(size=(700, 3)) + 0.3
    find = NearestNeighbors(n_neighbors=1).fit(centres)
    counts, others = (np.bincount(find.kneighbors(x)[1][:, 0], minlength=30) for x in (rows, samples))
    found = ndb(Bins(centres, counts), samples)
    tables = [[[a, 1000 - a], [b, 700 - b]] for a, b in zip(counts, others, strict=True)]
    expected = [chi2_contingency(table, correction=False).pvalue < 0.05 for table in tables]
    assert found.differs.tolist() == expected
    assert 0 < sum(expected) < 30
    assert found.found == pytest.approx(others / 700)
    assert found.expected == pytest.approx(counts / 1000)


def test_bins_are_cells_of_k_means(rng):
    """Of 20 clusters far from each other, each is a bin, and holds what it holds."""
    centres = 100 * rng.permutation(np.arange(20))[:, None].astype(np.float32)
    rows = np.repeat(centres, np.arange(20, 40), axis=0) + rng.normal(size=(590, 1)).astype(np.float32)
    found = bins(rows, k=20)
    order = np.argsort(found.centres[:, 0])
    assert found.centres[order, 0] == pytest.approx(100 * np.arange(20), abs=1)
    assert found.counts[order].tolist() == [20 + int(np.flatnonzero(centres == 100 * i)[0]) for i in range(20)]
    assert bins(rows, k=20).centres.tolist() == found.centres.tolist(), "the same bins for the same data"


def test_small_data_have_fewer_bins(rng):
    assert len(bins(rng.normal(size=(250, 2))).counts) == 25
    assert len(bins(rng.normal(size=(5, 2))).counts) == 1


def test_a_perfect_sampler_scores_the_level_of_the_test(rng):
    """5 % of the bins, on average."""
    data = bins(rng.normal(size=(3000, 4)), k=50)
    found = [ndb(data, rng.normal(size=(1500, 4))).estimate() for _ in range(40)]
    mean = np.mean([one.value for one in found])
    assert mean == pytest.approx(0.05, abs=0.02)
    assert np.mean([one.low <= mean <= one.high for one in found]) >= 0.9


def test_missing_clusters_are_two_fifths_of_the_bins(rng):
    """Four of ten clusters have no samples, and the six others too many: all differ. Else none would."""
    centres = 100 * np.arange(10, dtype=np.float32)[:, None]
    data = bins(np.repeat(centres, 100, axis=0) + rng.normal(size=(1000, 1)), k=10)
    found = ndb(data, np.repeat(centres, [0] * 4 + [100] * 6, axis=0))
    assert found.differs.all()
    assert not ndb(data, np.repeat(centres, 100, axis=0)).differs.any()
