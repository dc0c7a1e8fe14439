"""Authenticity: is a sample nearer to its training row than that row is to any other of the training set?

Alaa, van Breugel, Saveliev, van der Schaar 2022, "How faithful is your synthetic data?" (arXiv:2102.08921). Implemented
from the definition: the code published with the paper takes, for each real row, the real distance at the index of a
sample, so its numbers differ from these.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.nearest import Nearest, Rows, nearest


class Authenticity(NamedTuple):
    """value: share of samples that are authentic, higher is better. authentic: bool (N,), of each sample."""

    value: float
    authentic: np.ndarray


def authenticity(
    samples: np.ndarray,
    train: Rows,
    near: Nearest | None = None,
    progress: Callable[[float], object] = lambda share: None,
    mirror: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Authenticity:
    """Return the share of samples (N, D) that are not the nearest neighbour of their own nearest training row.

    Sample j is authentic if d(j, i) > d(i, i'), where i is its nearest training row and i' that row's nearest other
    training row. Copies score 0, and so do samples nearer to the training rows than these are to each other. An i.i.d.
    sampler scores the probability that nearest neighbours are not mutual: 1/3 on a line, 0.38 in a plane, up to 1/2 in
    many dimensions, and more where training rows have duplicates; so look at what held-out rows score in the place of
    samples. Samples that are far from all data score 1. near: of samples among `train`, where it is known.

    mirror: where training rows are also seen mirrored, returns rows mirrored. A row as it is and mirrored is one row;
    i' is another one, either way. `near` must be of both ways, too.

    >>> train = np.array([[0.0], [1.0], [5.0]])
    >>> authenticity(np.array([[0.1], [2.5], [6.0], [11.0]]), train).authentic.tolist()
    [False, True, False, True]
    """
    if near is None and mirror is not None:
        raise ValueError("nearest rows of a training set that is mirrored must be given")
    found = near or nearest(samples, train, progress=lambda share: progress(share / 2))
    used, places = np.unique(found.indices[:, 0], return_inverse=True)
    rows = np.asarray(train[used])
    ways = [rows] if mirror is None else [rows, mirror(rows)]
    within = np.full(len(used), np.inf)
    for number, way in enumerate(ways):
        done = 0.5 * (1 + number / len(ways))
        told = partial(lambda done, share: progress(done + share / (2 * len(ways))), done)
        within = np.minimum(within, nearest(way, train, own=used, progress=told).distances[:, 0])
    authentic = found.distances[:, 0] > within[places]
    return Authenticity(float(authentic.mean()), authentic)
