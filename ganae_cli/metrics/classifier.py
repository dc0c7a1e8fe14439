"""Samples judged by a classifier of real images: are they recognised, do all classes occur, do they vary, are they new?

Arrays in, floats out. The classifier is trained on one half of the real images; every ratio is to what the other half,
which it never saw, shows. A sampler as good as new real images does not score 1: its spread is of recognised samples
only, and it is compared with all real images where the unseen half is compared with the other. Digits of 8x8 in the
sampler's place score a spread of 0.96, a smallest one of 0.87 and a novelty of 0.92 (ten splits).
"""

from collections.abc import Callable

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.neighbors import NearestNeighbors
from sklearn.neural_network import MLPClassifier


def _default_judge(seed: int) -> ClassifierMixin:
    return MLPClassifier((128,), alpha=1e-2, max_iter=400, random_state=seed)


def judged_by_halves(
    samples: np.ndarray,
    real: np.ndarray,
    labels: np.ndarray,
    train: np.ndarray | None = None,
    seed: int = 0,
    judge: Callable[[int], ClassifierMixin] = _default_judge,
) -> dict[str, float]:
    """samples, real, train: uint8 (N, H, W, C); labels int (N,). train: what the generator saw (default: all real).

    recognised: share of samples whose highest class probability reaches what 90 % of unseen real images reach.
    smallest_class, largest_class: shares of the classes that samples are given.
    spread: mean distance to the class mean, of recognised samples over unseen real images; mean over classes present,
    and the smallest of them as smallest_spread.
    novelty: median distance to the nearest image of `train`, over that of unseen real images to the nearest seen one.
    accuracy: of the classifier on the unseen half. Distances are Euclidean, in pixels from 0 to 1.
    """
    flat, real = _flat(samples), _flat(real)
    first, second = _halves(len(real), seed)
    model = judge(seed).fit(real[first], labels[first])
    unseen = model.predict_proba(real[second])
    threshold = np.quantile(unseen.max(axis=1), 0.1)
    given = model.predict_proba(flat)
    kept, classes = given.max(axis=1) >= threshold, model.classes_[given.argmax(axis=1)]
    shares = np.array([np.mean(classes == c) for c in model.classes_])
    spreads = _spreads(flat[kept], classes[kept], real[second], labels[second])
    seen = real if train is None else _flat(train)
    return {
        "recognised": float(kept.mean()),
        "smallest_class": float(shares.min()),
        "largest_class": float(shares.max()),
        "spread": float(np.mean(spreads)) if spreads else 0.0,
        "smallest_spread": float(np.min(spreads)) if spreads else 0.0,
        "novelty": _nearest(flat, seen) / _nearest(real[second], real[first]),
        "accuracy": float(np.mean(model.classes_[unseen.argmax(axis=1)] == labels[second])),
    }


def _flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float64) / 255


def _halves(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.random.default_rng(seed).permutation(count)
    return order[: count // 2], order[count // 2 :]


def _spreads(samples, given, real, labels) -> list[float]:
    def spread(rows):
        return np.linalg.norm(rows - rows.mean(axis=0), axis=1).mean()

    classes = [c for c in np.unique(labels) if np.sum(given == c) > 1 and np.sum(labels == c) > 1]
    return [spread(samples[given == c]) / spread(real[labels == c]) for c in classes]


def _nearest(rows: np.ndarray, among: np.ndarray) -> float:
    distances, _ = NearestNeighbors(n_neighbors=1).fit(among).kneighbors(rows)
    return float(np.median(distances))
