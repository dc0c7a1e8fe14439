"""Reconstruction of held-out rows: what a model keeps of data that it has not seen."""

from collections.abc import Iterable, Iterator

import numpy as np

from ganae_cli.evaluation.measures.base import NO_CLASS, Measure, Progress, score
from ganae_cli.evaluation.scores import HIGHER, LOWER, RECONSTRUCTION, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.intervals import of_mean
from ganae_cli.metrics.reconstruction import image_errors, point_errors
from ganae_cli.registry import register

MEAN_ROW = "the mean of the training rows, whatever the input"


@register("measure", "reconstruction")
class Reconstruction(Measure):
    """`metrics.reconstruction` of held-out rows, encoded and decoded again; points in the units of the data.

    Beside: the mean training row in place of each reconstruction, which knows nothing of its input.
    """

    metrics = {
        "mse": Metric(RECONSTRUCTION, "mean squared error (MSE)", LOWER, 0),
        "mae": Metric(RECONSTRUCTION, "mean absolute error (MAE)", LOWER, 1),
        "psnr": Metric(RECONSTRUCTION, "peak signal-to-noise ratio, dB", HIGHER, 2),
        "ssim": Metric(RECONSTRUCTION, "structural similarity (SSIM)", HIGHER, 3),
    }
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        if not subject.model.encodes:
            return "there is no encoder"
        return None if subject.model.reconstructs else NO_CLASS

    def names(self, subject: Subject) -> Iterable[str]:
        return ("mse", "mae") if subject.data.kind == "points" else ("mse", "psnr", "ssim")

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        original, rebuilt, data = subject.rows.held_out, subject.model.reconstructed("held_out"), subject.data
        mean = np.broadcast_to(subject.rows.train_mean, original.shape)
        if data.kind == "points":
            units = [data.in_units(rows) for rows in (original, rebuilt, mean)]
            found = point_errors(units[0], units[1])._asdict()
            floor = point_errors(units[0], units[2])._asdict()
        else:
            found = image_errors(original, rebuilt, lambda share: progress(share / 2))._asdict()
            floor = image_errors(original, mean, lambda share: progress(0.5 + share / 2))._asdict()
        for name, rows in found.items():
            yield score(name, of_mean(rows), float(floor[name].mean()), MEAN_ROW, rows=len(rows))
