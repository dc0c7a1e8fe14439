"""Do codes tell the classes apart? A linear classifier and the nearest neighbours answer, of codes as they are.

Both learn of codes of training data and are tested on codes of held-out data; BiGAN (Donahue et al. 2017,
arXiv:1605.09782) reports the accuracy of the nearest neighbour. Higher is better. `baseline` is what the most frequent
class of the training data scores everywhere: no more than that is told by codes that are all alike.
"""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from ganae_cli.metrics.nearest import nearest

PENALTY = 1.0  # the inverse strength C of the L2 regularisation, scikit-learn's own choice
MOST_EPOCHS = 200
MOST_NUMBERS = 2_000_000  # of the codes that the linear probe learns: 20,000 codes of 100 dimensions


class Probe(NamedTuple):
    """accuracy: share of held-out codes whose class is predicted. baseline: that of the most frequent class.

    hits: bool (N,), of each held-out code. rows: number of codes that the classifier learned.
    """

    accuracy: float
    baseline: float
    hits: np.ndarray
    rows: int


def linear_probe(
    train: np.ndarray, train_labels: np.ndarray, held_out: np.ndarray, labels: np.ndarray, seed: int = 0
) -> Probe:
    """Return how well logistic regression tells the classes of codes: train, held_out (N, k), labels int (N,).

    Each dimension is standardised by the mean and standard deviation of the training codes, so that the regularisation
    (L2, C = 1) is the same whatever the scale of a dimension. Of more than 2 million numbers a random part is learned.
    """
    rows, known = _part(train, train_labels, max(1, MOST_NUMBERS // max(1, train.shape[1])), seed)
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    # A dimension that is constant but for rounding would otherwise become noise of the size of all others.
    is_constant = deviation <= 1e-6 * np.abs(mean)
    if len(np.unique(known)) < 2 or is_constant.all():
        return _probe(np.full(len(labels), _most_frequent(known)), train_labels, labels, len(rows))
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    scale = np.where(is_constant, np.inf, deviation)
    model = LogisticRegression(C=PENALTY, max_iter=MOST_EPOCHS)
    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit((rows - mean) / scale, known)
        predicted = model.predict((held_out - mean) / scale)
    return _probe(predicted, train_labels, labels, len(rows))


def knn_probe(
    train: np.ndarray,
    train_labels: np.ndarray,
    held_out: np.ndarray,
    labels: np.ndarray,
    count: int = 5,
    most: int = 20_000,
    seed: int = 0,
    progress: Callable[[float], object] = lambda share: None,
) -> Probe:
    """Return how well the nearest `count` training codes tell the class of held-out codes, by majority.

    Distances are Euclidean, of codes as they are: what is asked is whether they say what is alike. Of classes with
    equal votes, the one with the nearest code wins. Of more than `most` training codes, so many at random are looked
    at.

    >>> train, classes = np.array([[0.0], [1.0], [9.0]]), np.array([7, 7, 4])
    >>> knn_probe(train, classes, np.array([[8.0], [2.0]]), np.array([4, 4]), count=1).accuracy
    0.5
    """
    rows, known = _part(train, train_labels, most, seed)
    count = min(count, len(rows))
    classes, places = np.unique(known, return_inverse=True)
    near = places[nearest(held_out, rows, count, progress=progress).indices]
    votes = np.zeros((len(held_out), len(classes)))
    for place in range(count):
        # The weights beyond 1 sum to less than 1, so they decide only between equal numbers of votes.
        votes[np.arange(len(held_out)), near[:, place]] += 1 + 0.5 ** (place + 2)
    return _probe(classes[votes.argmax(axis=1)], train_labels, labels, len(rows))


def _part(codes: np.ndarray, labels: np.ndarray, most: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return float64 codes and their labels, a random part of them if there are more than `most`."""
    chosen = np.sort(np.random.default_rng(seed).permutation(len(codes))[:most])
    return codes[chosen].astype(np.float64), labels[chosen]


def _probe(predicted: np.ndarray, train_labels: np.ndarray, labels: np.ndarray, rows: int) -> Probe:
    hits = predicted == labels
    return Probe(float(hits.mean()), float(np.mean(labels == _most_frequent(train_labels))), hits, rows)


def _most_frequent(labels: np.ndarray) -> int:
    values, counts = np.unique(labels, return_counts=True)
    return int(values[counts.argmax()])
