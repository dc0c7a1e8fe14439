"""NDB: bins of the training rows, and in how many of them samples have another share."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.metrics.distribution import ndb


@pytest.fixture(scope="module")
def clusters():
    """Return points of two clusters, far apart, as many of each."""
    random = np.random.default_rng(0)
    centres = np.repeat([[0.0, 0.0], [100.0, 0.0]], 100, axis=0)
    rows = [(centres + random.normal(size=centres.shape)).astype(np.float32) for _ in range(2)]
    return Data("clusters", *rows)


def test_it_is_that_of_the_training_rows_bins(clusters, given, scores, made_of):
    subject = given(clusters, made_of.points(200, 3))
    found = scores("ndb", subject)["ndb"]
    of = ndb.bins(subject.of_train.rows, seed=1)
    assert found.value == pytest.approx(ndb.ndb(of, subject.of_samples.rows).differs.mean())
    assert found.beside == pytest.approx(ndb.ndb(of, subject.of_held_out.rows).differs.mean())
    assert found.about["bins"] == len(of.counts) == 20, "ten rows in each"


def test_a_lost_cluster_is_a_difference_in_most_bins(clusters, given, scores, made_of):
    """All samples in one cluster: those of the other bins have none, which is half of all bins."""
    found = scores("ndb", given(clusters, made_of.points(200, 3)))["ndb"]
    assert found.value >= 0.5
    assert found.beside < 0.3
    assert found.low < found.value <= found.high
