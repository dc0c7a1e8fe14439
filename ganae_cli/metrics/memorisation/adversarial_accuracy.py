"""Nearest-neighbour adversarial accuracy: can neighbours tell samples from real rows? And its difference, privacy loss.

Yale, Dash, Dutta, Guyon, Pavao, Bennett 2020, "Generation and evaluation of privacy preserving synthetic health data"
(doi:10.1016/j.neucom.2019.12.136).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.nearest import nearest

MOST = 5000


class AdversarialAccuracy(NamedTuple):
    """train, held_out: accuracy of telling samples from those rows, 0.5 where it cannot be told. rows: of each kind.

    privacy_loss: held_out - train; 0 is best, 0.5 the most that copies score. Above 0, samples look more like training
    rows than like others of the same data.
    """

    train: float
    held_out: float
    privacy_loss: float
    rows: int


def privacy_loss(
    samples: np.ndarray,
    held_out: np.ndarray,
    train: np.ndarray,
    most: int = MOST,
    seed: int = 0,
    progress: Callable[[float], object] = lambda share: None,
) -> AdversarialAccuracy:
    """Return adversarial accuracies and privacy loss of samples (M, D), by held-out (N, D) and training rows (L, D).

    The measure is of sets of one size: as many rows as the smallest set has, at most `most`, are taken of each at
    random. So where the training set is much larger than that, it can miss copies of rows that were not taken;
    `neighbour_ratio` looks at all of them.
    """
    count = min(len(samples), len(held_out), len(train), most)
    random = np.random.default_rng(seed)
    ours, theirs, known = (
        given[np.sort(random.permutation(len(given))[:count])] for given in (samples, held_out, train)
    )
    of_train = adversarial_accuracy(known, ours, lambda share: progress(share / 2))
    of_held_out = adversarial_accuracy(theirs, ours, lambda share: progress(0.5 + share / 2))
    return AdversarialAccuracy(of_train, of_held_out, of_held_out - of_train, count)


def adversarial_accuracy(
    real: np.ndarray, samples: np.ndarray, progress: Callable[[float], object] = lambda share: None
) -> float:
    """Return ½ (share of real rows farther from samples than from real rows + share of samples the other way round).

    real, samples: (N, D), of one size. ½ (mean 1[d_RS > d_RR] + mean 1[d_SR > d_SS]), where d_RS is the distance of a
    real row to its nearest sample, and d_RR that to its nearest other real row. 0.5 if the two are of one distribution,
    1 if they lie apart (or samples are all alike), 0 if each is the copy of another.

    >>> adversarial_accuracy(np.array([[0.0], [1.0]]), np.array([[7.0], [9.0]]))
    1.0
    """
    if len(real) != len(samples):
        raise ValueError(f"adversarial accuracy is of sets of one size, not {len(real)} and {len(samples)}")
    own, shares = np.arange(len(real)), []
    for number, (rows, others) in enumerate(((real, samples), (samples, real))):
        across = nearest(rows, others).distances[:, 0]
        within = nearest(rows, rows, own=own).distances[:, 0]
        shares.append(float(np.mean(across > within)))
        progress((number + 1) / 2)
    return 0.5 * sum(shares)
