"""Clipped density and clipped coverage: scores that read as "as good as this share of real samples".

Salvy, Talbot, Thirion 2026, "Enhanced generative model evaluation with clipped density and coverage" (ICLR 2026,
arXiv:2507.01761), with k = 5. Of samples of which a share p is bad and the rest perfect, both score 1 - p.
"""

from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.distribution.neighbourhoods import Neighbourhoods, changes
from ganae_cli.metrics.intervals import Estimate, of_jackknife, of_mean, widest


class ClippedDensity(NamedTuple):
    """Clipped density of each sample, float64 (M,), from 0 to 1 / `perfect`, and what real rows score before.

    The mean of the rows, at most 1, is the clipped density; higher is better, a perfect sampler scores 1.
    """

    rows: np.ndarray
    perfect: float


class ClippedCoverage(NamedTuple):
    """Clipped coverage of each real row, float64 (N,), from 0 to 1, before calibration, and its calibration.

    perfect: (M + 1,), what the mean of the rows is expected to be with m perfect samples and M - m that are nowhere
    near, for m from 0 to M. Higher is better, a perfect sampler scores 1 after calibration.
    """

    rows: np.ndarray
    perfect: np.ndarray

    def calibrated(self, mean: float) -> float:
        """Return the share m / M of perfect samples whose expected mean this is, between two of them in proportion.

        The authors' code takes the next m, divided by M + 1: the two are 1 / M apart, or a little more.
        """
        return float(np.interp(mean, self.perfect, np.linspace(0, 1, len(self.perfect))))


def clipped_density(found: Neighbourhoods) -> ClippedDensity:
    """Return the clipped density of each sample, of what `neighbourhoods.compare` found.

    The score of a sample is in how many clipped balls of real rows it lies, divided by k, and at most 1: so neither
    rows far from all others, whose radius is clipped to the median, nor samples in a crowd count too much. It is
    divided by the mean that the real rows themselves score, each without its own ball.
    """
    perfect = float(np.minimum(found.clipped_of_real / found.k, 1).mean())
    return ClippedDensity(np.minimum(found.clipped_of_sample / found.k, 1) / perfect, perfect)


def clipped_coverage(found: Neighbourhoods) -> ClippedCoverage:
    """Return the clipped coverage of each real row, of what `neighbourhoods.compare` found.

    The score of a real row is how many samples lie in its ball, not clipped, divided by k, and at most 1.
    """
    rows = np.minimum(found.samples_in_ball / found.k, 1)
    return ClippedCoverage(rows, expected_rows(len(rows), len(found.balls_of_sample), found.k))


def expected_rows(real: int, samples: int, k: int) -> np.ndarray:
    """Return the mean clipped coverage, before calibration, of m perfect samples for m from 0 to M, float64 (M + 1,).

    In order of the distance from a real row, samples and the N - 1 other real rows are shuffled. Before the k-th real
    one there are j of m samples with the probability p_j of a beta-binomial distribution (m, k, N - k):

        p_0 = Π_{t=1…k} (N - t) / (N + m - t),   p_{j+1} = p_j (m - j) (k + j) / ((j + 1) (N + m - k - j - 1)),

    and the mean of min(j, k) / k is 1 - Σ_{j<k} p_j (k - j) / k.
    """
    m = np.arange(samples + 1)
    probability = np.prod([(real - t) / (real + m - t) for t in range(1, k + 1)], axis=0)
    missing = np.zeros(samples + 1)
    for j in range(k):
        missing += probability * (k - j) / k
        others = np.maximum(real + m - k - j - 1, 1)  # it is 0 where p is
        probability = probability * (m - j) * (k + j) / ((j + 1) * others)
    return 1 - missing


def estimates(found: Neighbourhoods) -> dict[str, Estimate]:
    """Return clipped density and coverage with intervals: what other samples of the same number score.

    Density is a mean over independent samples, at most 1. Coverage is a mean over real rows that all look at the same
    samples: its interval is by the jackknife over the samples, each of which changes the score of the balls that hold k
    or fewer, at least as wide as that of a mean, and calibrated as the score is. Measured as those of precision and
    recall: they hold the mean in 97 % of the draws or more, but of scores that are cut at 1 in 82 %, which they then
    miss by less than 0.01.
    """
    density, coverage = clipped_density(found), clipped_coverage(found)
    of_density = of_mean(density.rows, (0.0, 1 / density.perfect))
    without = changes(found.samples_in_ball, found.some_in_ball, len(density.rows), most=found.k)
    mean = of_mean(coverage.rows, (0.0, 1.0))
    return {
        "clipped_density": Estimate(*(min(1.0, end) for end in of_density)),
        "clipped_coverage": Estimate(
            *(coverage.calibrated(end) for end in widest(mean, of_jackknife(mean.value, without, 0, 1)))
        ),
    }
