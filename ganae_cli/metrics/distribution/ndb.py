"""NDB: in how many bins of the data there are too many or too few samples.

Richardson, Weiss 2018, "On GANs and GMMs" (arXiv:1805.12462), section 2: the bins are cells of k-means on the training
data, 100 of them.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from ganae_cli.metrics.intervals import Estimate, Z, of_mean

LEAST_ROWS = 10  # of the data in a bin, on average: with fewer, the test of two shares is not what it should be
BLOCK = 4096  # rows whose distances to all centres are computed at once
STEPS = 100  # of k-means, at most


@dataclass(frozen=True)
class Bins:
    """Bins of the data: their centres, float32 (K, D), and how many rows of the data each holds, int64 (K,)."""

    centres: np.ndarray
    counts: np.ndarray


class Ndb(NamedTuple):
    """Which bins differ, bool (K,), and the shares of the data and of the samples in each, float64 (K,).

    The mean of `differs` is NDB / K, from 0 to 1; lower is better. A perfect sampler scores about 0.05, since so many
    tests of equal shares fail; with few rows in a bin, less. Bins have no edge: samples far
    from all data, but evenly so, go unseen.
    """

    differs: np.ndarray
    expected: np.ndarray
    found: np.ndarray

    def estimate(self) -> Estimate:
        """Return NDB / K with Wilson's interval, which is rather too wide, since not all bins are as likely to differ:
        of equal and shifted normal distributions, it holds the mean over 200 draws in 95 to 98 % of them.

        A bootstrap would find too many bins: the second draw makes shares differ more than the first one did.
        """
        return of_mean(self.differs)


def bins(rows: np.ndarray, k: int = 100, seed: int = 0) -> Bins:
    """Return k bins of the data (N, D), or fewer, so that a bin has ten rows on average. They can be kept."""
    from sklearn.cluster import KMeans

    k = max(1, min(k, len(rows) // LEAST_ROWS))
    with threadpool_limits(1):  # the same whatever the machine, and several wait where another program runs
        model = KMeans(k, n_init=1, max_iter=STEPS, random_state=seed).fit(rows)
    return Bins(model.cluster_centers_.astype(np.float32), np.bincount(model.labels_, minlength=k))


def ndb(of: Bins, samples: np.ndarray) -> Ndb:
    """Return which bins hold another share of samples (M, D) than of the data: the test of two proportions, at 5 %.

        |p - q| > 1.96 √(P (1 - P) (1 / N + 1 / M)),   P = (N p + M q) / (N + M),   of the shares p and q.

    Of 100 rows of data, 50 lie in each of two bins; of 100 samples 64 and 36 differ from that, 63 and 37 do not:

    >>> halves = Bins(np.array([[0.0], [1.0]]), np.array([50, 50]))
    >>> [ndb(halves, np.repeat([[0.0], [1.0]], [n, 100 - n], axis=0)).differs.tolist() for n in (63, 64)]
    [[False, False], [True, True]]
    """
    n, m = int(of.counts.sum()), len(samples)
    counts = np.bincount(_nearest(of.centres, samples), minlength=len(of.counts))
    expected, found = of.counts / n, counts / m
    pooled = (of.counts + counts) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return Ndb(np.abs(expected - found) > Z * error, expected, found)


def _nearest(centres: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the nearest centre of each row, int (N,)."""
    squares = np.square(centres.astype(np.float64)).sum(axis=1)
    parts = [rows[first : first + BLOCK].astype(np.float64) for first in range(0, len(rows), BLOCK)]
    return np.concatenate([(squares - 2 * part @ centres.T).argmin(axis=1) for part in parts])
