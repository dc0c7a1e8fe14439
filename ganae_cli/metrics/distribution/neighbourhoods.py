"""One search for all measures that compare samples with real data by nearest neighbours.

The measures are in `precision_recall`, `density_coverage` and `clipped`; each takes what `compare` returns.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.distribution.neighbours import Balls, Nearest, nearest, pairs


class Neighbourhoods(NamedTuple):
    """Who lies in whose ball, of N real rows and M samples. All are int64.

    The ball of a row reaches to the k-th nearest of the others of its own set, without it; so whatever equals its
    centre lies in it, unless it is a point. Clipped balls of real rows have at most the median of the radii for a
    radius, and hold what lies right on their edge.

    balls_of_sample: (M,), in how many balls of real rows a sample lies. samples_in_ball: (N,), how many samples the
    ball of a real row holds; some_in_ball: (N, k), which, the first k of them, then -1. balls_of_real: (N,), in how
    many balls of samples a real row lies; some_of_real: (N, k), in which. clipped_of_sample: (M,), in how many clipped
    balls a sample lies; clipped_of_real: (N,), in how many of those of others a real row lies.
    """

    k: int
    balls_of_sample: np.ndarray
    samples_in_ball: np.ndarray
    some_in_ball: np.ndarray
    balls_of_real: np.ndarray
    some_of_real: np.ndarray
    clipped_of_sample: np.ndarray
    clipped_of_real: np.ndarray


def compare(
    real: np.ndarray,
    samples: np.ndarray,
    k: int = 5,
    progress: Callable[[float], object] = lambda share: None,
    known: Nearest | None = None,
) -> Neighbourhoods:
    """Return who lies in whose ball, of real rows (N, D) and samples (M, D), N and M more than k.

    Numbers of rows are part of the protocol: more real rows have smaller balls, so that precision and coverage change.
    known: `neighbours.nearest(real, k)`, where several sets of samples are compared with the same real rows.
    """
    work = np.cumsum([0, 0 if known else len(real) ** 2 / 2, len(samples) ** 2 / 2, len(real) * len(samples)])

    def told(part: int) -> Callable[[float], object]:
        return lambda share: progress(float(work[part] + share * (work[part + 1] - work[part])) / float(work[-1]))

    of_real, of_samples = known or nearest(real, k, told(0)), nearest(samples, k, told(1))
    radii = of_real.squares[:, -1]
    clipped = np.minimum(radii, np.median(np.sqrt(radii)) ** 2)
    balls = [Balls(radii), Balls(of_samples.squares[:, -1], is_left=False), Balls(clipped, is_closed=True)]
    in_balls, around, in_clipped = pairs(real, samples, balls, k, told(2))
    is_within = of_real.squares <= clipped[:, None]
    return Neighbourhoods(
        k=k,
        balls_of_sample=in_balls.of_right,
        samples_in_ball=in_balls.of_left,
        some_in_ball=in_balls.first,
        balls_of_real=around.of_left,
        some_of_real=around.first,
        clipped_of_sample=in_clipped.of_right,
        clipped_of_real=np.bincount(of_real.rows[is_within], minlength=len(real)),
    )


def changes(counts: np.ndarray, some: np.ndarray, samples: int, most: int) -> np.ndarray:
    """Return by how much each sample raises the mean of min(counts, most) / most over the real rows, float64 (M,).

    counts: (N,), how many samples count for each real row. some: (N, k), which, the first k, at least `most`.

    Two real rows have one sample and two; with most = 1, the only sample of the first one, number 3, raises the mean of
    two ones by 1 / 2:

    >>> changes(np.array([1, 2]), np.array([[3, -1], [0, 3]]), samples=4, most=1).tolist()
    [0.0, 0.0, 0.0, 0.5]
    """
    is_needed = (counts <= most)[:, None] & (some >= 0)
    return np.bincount(some[is_needed], minlength=samples) / (most * len(counts))
