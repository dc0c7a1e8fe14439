"""Membership inference: can it be told from a score who was in the training set? AUC, and TPR at a low FPR.

Members are training rows, non-members held-out rows of the same data. The scores, higher for members, are made
elsewhere; three are usual: minus the reconstruction error, of models with an encoder; the discriminator's logit, which
needs the networks (LOGAN, Hayes et al. 2019, arXiv:1705.07663); minus the distance to the nearest sample, which needs
samples only (GAN-Leaks, Chen et al. 2020, arXiv:1909.03935). As Carlini et al. 2022 (arXiv:2112.03570) say, an attack
counts that is sure of a few members: hence the true positive rate where hardly anyone is accused in error.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.intervals import Estimate, bootstrap, of_mean, of_normal
from ganae_cli.metrics.nearest import nearest

RATES = (0.01, 0.001)  # false positive rates; each needs as many non-members as make one false positive


class Attack(NamedTuple):
    """auc: area under the ROC curve with its interval; 0.5: nothing leaks, and lower is better.

    tpr: false positive rate -> true positive rate with its interval; what leaks nothing scores about the rate itself.
    None for a rate that takes more non-members than there are. members, non_members: their numbers.
    """

    auc: Estimate
    tpr: dict[float, Estimate | None]
    members: int
    non_members: int


def attack(members: np.ndarray, non_members: np.ndarray, rates: tuple[float, ...] = RATES, seed: int = 0) -> Attack:
    """Return how well scores tell members (M,) from non-members (N,); a higher score says "member".

    >>> found = attack(np.array([0.9, 0.8, 0.7]), np.array([0.6, 0.8]))
    >>> round(found.auc.value, 4), found.tpr
    (0.75, {0.01: None, 0.001: None})
    """
    tpr: dict[float, Estimate | None] = {}
    for rate in rates:
        possible = int(rate * len(non_members) + 1e-9) >= 1
        tpr[rate] = bootstrap(_tpr(rate), members, non_members, seed=seed) if possible else None
    return Attack(auc(members, non_members), tpr, len(members), len(non_members))


def auc(members: np.ndarray, non_members: np.ndarray) -> Estimate:
    """Return P(member's score > non-member's) + ½ P(equal), with its interval.

    DeLong et al. 1988 (doi:10.2307/2531595): the squared standard error is the variance of each member's share of
    non-members below it, over M, plus that of each non-member's share of members above it, over N. Where all are told
    apart, both are 0, and the interval is that of as many independent pairs as the smaller set has (Wilson).
    """
    of_members = _share_below(members, non_members)
    of_others = 1 - _share_below(non_members, members)
    value = float(of_members.mean())
    if value in (0.0, 1.0) or min(len(members), len(non_members)) < 2:
        return of_mean(np.full(min(len(members), len(non_members)), bool(value == 1)))._replace(value=value)
    variance = of_members.var(ddof=1) / len(members) + of_others.var(ddof=1) / len(non_members)
    return of_normal(value, float(np.sqrt(variance)), 0.0, 1.0)


def tpr_at_fpr(members: np.ndarray, non_members: np.ndarray, rate: float) -> float:
    """Return the share of members that are found if at most that share of non-members is accused.

    All scores above a threshold are called members. The threshold is the lowest for which the false positive rate is at
    most `rate`; equal scores are called alike, so that of members at the threshold none is found. There is no
    interpolation between the points of the ROC curve.

    >>> tpr_at_fpr(np.array([3.0, 2.0, 2.0, 0.0]), np.array([2.0, 1.0, 1.0, 1.0]), 0.25)
    0.75
    """
    allowed = int(rate * len(non_members) + 1e-9)
    if allowed >= len(non_members):
        return 1.0
    threshold = np.partition(non_members, len(non_members) - allowed - 1)[len(non_members) - allowed - 1]
    return float(np.mean(members > threshold))


def scores_by_samples(
    rows: np.ndarray, samples: np.ndarray, progress: Callable[[float], object] = lambda share: None
) -> np.ndarray:
    """Return minus the distance of each row (N, D) to its nearest sample (M, D): float64 (N,), the attack of GAN-Leaks.

    Members are told by samples that lie near to them, so the more samples the better the attack.
    """
    return -nearest(rows, samples, progress=progress).distances[:, 0]


def _share_below(scores: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return of each score the share of the others below it, those equal to it counting one half."""
    ordered = np.sort(others)
    below, not_above = (np.searchsorted(ordered, scores, side) for side in ("left", "right"))
    return (below + not_above) / (2 * len(others))


def _tpr(rate: float) -> Callable[..., float]:
    return lambda members, non_members: tpr_at_fpr(members, non_members, rate)
