"""Robustness: what noise on the input does to codes and reconstructions."""

from collections.abc import Iterator

import numpy as np

from ganae_cli.evaluation.measures.base import NO_CLASS, Measure, Progress, score
from ganae_cli.evaluation.scores import CODES, LOWER, RECONSTRUCTION, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.codes.robustness import code_displacement, reconstruction_robustness, with_noise
from ganae_cli.metrics.intervals import of_mean
from ganae_cli.registry import register
from ganae_cli.samplers.fitted import random_rows

NOISE = (0.05, 0.1, 0.2)  # standard deviations, of the range of an image, or of the spread of points
SHOWN = 0.1
ROWS = 500


@register("measure", "robustness")
class Robustness(Measure):
    """`metrics.codes.robustness` of held-out rows with Gaussian noise."""

    metrics = {
        "noise_kept": Metric(RECONSTRUCTION, f"share kept of noise {SHOWN} on the input", LOWER, None),
        "code_displacement": Metric(CODES, f"codes moved by noise {SHOWN}", LOWER, None),
    }

    def refusal(self, subject: Subject) -> str | None:
        if not subject.model.encodes:
            return "there is no encoder"
        return None if subject.model.reconstructs else NO_CLASS

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        seed = subject.settings.seed
        rows = random_rows(subject.rows.held_out, ROWS, seed)
        labels = subject.rows.labels_of("held_out") if subject.model.is_conditional else None
        labels = None if labels is None else random_rows(labels, ROWS, seed)
        codes = subject.model.encode(rows)
        rebuilt, unit = subject.model.decode(codes, labels), _unit(rows)
        kept: dict[str, float | None] = {}
        moved: dict[str, np.ndarray] = {}
        for number, share in enumerate(NOISE):
            noisy = with_noise(rows, share * unit, seed)
            noisy_codes = subject.model.encode(noisy)
            moved[f"{share:g}"] = code_displacement(codes, noisy_codes)
            kept[f"{share:g}"] = reconstruction_robustness(
                rows, noisy, rebuilt, subject.model.decode(noisy_codes, labels)
            ).kept
            progress((number + 1) / len(NOISE))
        of_codes = {share: round(float(one.mean()), 4) for share, one in moved.items()}
        if (shown := kept[f"{SHOWN:g}"]) is not None:
            yield score("noise_kept", shown, 1.0, "all noise passed on", rows=len(rows), noise=SHOWN, curve=kept)
        yield score("code_displacement", of_mean(moved[f"{SHOWN:g}"]), rows=len(rows), noise=SHOWN, curve=of_codes)


def _unit(rows: np.ndarray) -> float:
    """Return the range of images, or the root mean square of the standard deviations of the numbers of points.

    >>> round(_unit(np.array([[0.0, 1000.0], [2.0, 1004.0]])) ** 2, 9)  # variances 1 and 4
    2.5
    """
    return 255.0 if rows.dtype == np.uint8 else float(np.sqrt(np.var(rows, axis=0, dtype=np.float64).mean()))
