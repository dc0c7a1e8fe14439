"""Geometry of latent codes: are neighbours kept, and how much does the encoder contract?"""

from collections.abc import Iterator

import numpy as np

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import CODES, HIGHER, NEITHER, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.codes.contraction import contraction_curve
from ganae_cli.metrics.codes.moments import spread
from ganae_cli.metrics.codes.trustworthiness import preservation
from ganae_cli.metrics.intervals import of_mean
from ganae_cli.registry import register
from ganae_cli.samplers.fitted import random_rows

RADII = (0.05, 0.1, 0.2, 0.5, 1.0)  # of the root mean square distance between two inputs
SHOWN = 0.1  # of the curve, on the page
ROWS = 500


@register("measure", "geometry")
class Geometry(Measure):
    """`metrics.codes.trustworthiness` and `metrics.codes.contraction`, of held-out rows."""

    metrics = {
        "trustworthiness": Metric(CODES, "trustworthiness", HIGHER, 30),
        "continuity": Metric(CODES, "continuity", HIGHER, None),
        "contraction": Metric(CODES, f"contraction at {SHOWN} of the spread", NEITHER, None),
    }

    def refusal(self, subject: Subject) -> str | None:
        return None if subject.model.encodes else "there is no encoder"

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        held_out, codes = subject.rows.held_out, subject.model.codes_of_held_out
        kept = preservation(held_out, codes, progress=lambda share: progress(share / 2))
        yield score(
            "trustworthiness", of_mean(kept.trustworthiness), 0.5, "codes by chance", rows=kept.rows, neighbours=5
        )
        yield score("continuity", of_mean(kept.continuity), 0.5, "codes by chance", rows=kept.rows, neighbours=5)
        rows = random_rows(held_out, ROWS, subject.settings.seed)
        radii = [share * spread(rows) for share in RADII]
        curve = contraction_curve(subject.model.encode, rows, radii, progress=lambda share: progress(0.5 + share / 2))
        values = {f"{share:g}": _rounded(value) for share, value in zip(RADII, curve.relative, strict=True)}
        at = float(curve.relative[RADII.index(SHOWN)])
        yield score(
            "contraction", at, 1.0, "an encoder that keeps all distances", rows=len(rows), radius=SHOWN, curve=values
        )


def _rounded(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
