"""Density and coverage: precision and recall that a few rows far from all others cannot spoil.

Naeem, Oh, Uh, Choi, Yoo 2020, "Reliable fidelity and diversity metrics for generative models" (arXiv:2002.09797),
equations 3 and 4, with k = 5.
"""

from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.distribution.neighbourhoods import Neighbourhoods, changes
from ganae_cli.metrics.intervals import Estimate, of_jackknife, of_mean, widest


class DensityCoverage(NamedTuple):
    """Density of each sample, float64 (M,), and whether the ball of each real row holds a sample, bool (N,).

    density: in how many balls of real rows the sample lies, divided by k; the mean of a perfect sampler is 1 with equal
    numbers, and more is not better: samples that crowd where the data are densest exceed it. coverage: higher is
    better; a perfect sampler scores `expected_coverage`.
    """

    density: np.ndarray
    coverage: np.ndarray


def density_coverage(found: Neighbourhoods) -> DensityCoverage:
    """Return density and coverage of each row, of what `neighbourhoods.compare` found.

    >>> from ganae_cli.metrics.distribution.neighbourhoods import compare
    >>> rows = density_coverage(compare(np.array([[0.0], [2.0], [3.0]]), np.array([[1.0], [9.0], [2.5]]), k=1))
    >>> rows.density.tolist(), rows.coverage.tolist()  # balls of the radii 2, 1, 1
    ([1.0, 0.0, 2.0], [True, True, True])
    """
    return DensityCoverage(found.balls_of_sample / found.k, found.samples_in_ball > 0)


def expected_coverage(real: int, samples: int, k: int = 5) -> float:
    """Return the mean coverage of a perfect sampler, in any dimensions, as the paper derives it.

    A ball holds no sample if, of the real rows and samples together in order of distance, the k nearest are all real:

        1 - (N - 1) … (N - k) / ((M + N - 1) … (M + N - k))

    >>> round(expected_coverage(10_000, 10_000), 4)  # 1 - 1 / 2^5
    0.9688
    """
    nearest = np.arange(1, k + 1)
    return 1 - float(np.prod((real - nearest) / (real + samples - nearest)))


def estimates(found: Neighbourhoods) -> dict[str, Estimate]:
    """Return density and coverage with intervals: what other samples of the same number score, beside the same data.

    Density is a mean over independent samples. Coverage is a share of real rows that all look at the same samples: its
    interval is by the jackknife over the samples, each of which changes what it alone covers, and at least as wide as
    that of a share. Measured as those of precision and recall: that of density holds the mean in 88 to 100 %
    of the draws, that of coverage in 92 % or more.
    """
    rows = density_coverage(found)
    without = changes(found.samples_in_ball, found.some_in_ball, len(rows.density), most=1)
    coverage = of_mean(rows.coverage)
    return {
        "density": of_mean(rows.density),
        "coverage": widest(coverage, of_jackknife(coverage.value, without, 0, 1)),
    }
