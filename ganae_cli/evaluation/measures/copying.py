"""Copying: are samples nearer to training rows than new data are? Copies, C_T, authenticity, shares, distances."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import HIGHER, LOWER, NEITHER, ORIGINALITY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.intervals import of_mean
from ganae_cli.metrics.memorisation.authenticity import authenticity
from ganae_cli.metrics.memorisation.data_copying import data_copying
from ganae_cli.metrics.memorisation.lone_neighbour import copies
from ganae_cli.metrics.memorisation.neighbour_ratio import copied_share, neighbour_ratios
from ganae_cli.metrics.nearest import Nearest, nearest
from ganae_cli.registry import register

NEW = "what new rows of the data score on average"
OPERATIONS, FEWEST = 100_000_000_000, 100  # rows x numbers of the training set that are compared, at most


@register("measure", "copying")
class Copying(Measure):
    """`metrics.memorisation` in pixels, or coordinates: among every training row, as a copy may be of any of them.

    Where training images are mirrored at random, mirrored ones are training rows, too.
    """

    metrics = {
        "copies": Metric(ORIGINALITY, "copies: a third as far as the next row", LOWER, 0),
        "copied_share": Metric(ORIGINALITY, "nearer than 99 % of held-out rows", LOWER, 1),
        "authenticity": Metric(ORIGINALITY, "authenticity", HIGHER, 2),
        "c_t": Metric(ORIGINALITY, "data-copying test C_T (copies < -3)", NEITHER, 3),
        "distance_ratio": Metric(ORIGINALITY, "distance to training rows, ratio", NEITHER, None),
        "distance_ratio_5": Metric(ORIGINALITY, "the same, of the nearest 5 %", NEITHER, None),
    }
    is_quick = True

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        train = subject.data.train
        most = max(FEWEST, OPERATIONS // max(1, int(np.prod(train.shape))))
        samples, held_out = subject.samples[:most], subject.rows.held_out[:most]
        count = min(len(samples), len(held_out))
        steps = [partial(lambda at, share: progress((at + share) / 4), at) for at in range(4)]
        near = _nearest(samples, subject.data, steps[0])
        of_real = subject.of_data("nearest", lambda: _nearest(held_out, subject.data, steps[1]))
        ours, theirs = near.distances[:, 0], of_real.distances[:, 0]
        about: dict[str, Any] = {
            "compared_by": "pixels" if samples.ndim == 4 else "coordinates",
            "rows": count,
            "training_rows": len(train),
            **({"mirrored": True} if subject.data.flips else {}),
        }
        yield score("copies", of_mean(copies(near.distances).rows), copies(of_real.distances).value, **about)
        copied = copied_share(ours, theirs)
        limits = {"expected": copied.expected, "limit": copied.limit}
        yield score("copied_share", of_mean(copied.rows), copied.expected, NEW, **about, **limits)
        mirror = _mirrored if subject.data.flips else None
        own = authenticity(samples, train, near, steps[2], mirror)
        real = subject.of_data("authenticity", lambda: authenticity(held_out, train, of_real, steps[3], mirror))
        yield score("authenticity", of_mean(own.authentic), real.value, **about)
        test = data_copying(_flat(samples), _flat(held_out), train, ours, theirs, seed=subject.settings.seed)
        if test is not None:
            yield score("c_t", test.value, 0.0, NEW, **about, covered=test.covered)
        for ratio in neighbour_ratios(ours, theirs, (0.5, 0.05)):
            name = "distance_ratio" if ratio.quantile == 0.5 else "distance_ratio_5"
            if ratio.value is not None:
                yield score(name, ratio.value, 1.0, NEW, **about, quantile=ratio.quantile)


def _nearest(rows: np.ndarray, data: Data, progress: Progress) -> Nearest:
    """Return the two nearest training rows of each row, as they are or mirrored if they are trained on so."""
    if not data.flips:
        return nearest(rows, data.train, count=2, progress=progress)
    found = nearest(rows, data.train, count=2, progress=lambda share: progress(share / 2))
    mirrored = nearest(_mirrored(rows), data.train, count=2, progress=lambda share: progress(0.5 + share / 2))
    distances, indices = (np.concatenate(pair, axis=1) for pair in zip(found, mirrored, strict=True))
    is_farther = (indices[:, 2:, None] == indices[:, None, :2]) & (distances[:, 2:, None] >= distances[:, None, :2])
    is_nearer = (indices[:, 2:, None] == indices[:, None, :2]) & ~is_farther
    distances[:, 2:][is_farther.any(axis=2)] = np.inf  # the same row both ways is one row
    distances[:, :2][is_nearer.any(axis=1)] = np.inf
    order = np.argsort(distances, axis=1, kind="stable")[:, :2]
    return Nearest(np.take_along_axis(distances, order, axis=1), np.take_along_axis(indices, order, axis=1))


def _mirrored(rows: np.ndarray) -> np.ndarray:
    return rows[:, :, ::-1]


def _flat(rows: np.ndarray) -> np.ndarray:
    return rows.reshape(len(rows), -1)
