"""Collisions of latent codes (收缩): different inputs with one code, and neighbours that are drawn together."""

from collections.abc import Iterator
from typing import Any

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import CODES, HIGHER, LOWER, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.codes.collisions import collisions, lower_lipschitz
from ganae_cli.registry import register


@register("measure", "collisions")
class CodeCollisions(Measure):
    """`metrics.codes.collisions` of held-out rows."""

    metrics = {
        "collision_rate": Metric(CODES, "collision rate", LOWER, 10),
        "colliding_inputs": Metric(CODES, "inputs with a colliding code", LOWER, None),
        "lower_lipschitz": Metric(CODES, "lower Lipschitz quotient", HIGHER, None),
    }
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        return None if subject.model.encodes else "there is no encoder"

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        rows, codes = subject.rows.held_out, subject.model.codes_of_held_out
        if found := collisions(rows, codes):
            about: dict[str, Any] = {"rows": found.rows, "pairs": found.pairs, "radius": found.radius}
            yield score("collision_rate", found.rate, **about)
            yield score("colliding_inputs", found.inputs, **about)
        progress(0.5)
        quotient = lower_lipschitz(rows, codes)
        if quotient is not None:
            yield score("lower_lipschitz", quotient, quantile=0.05, neighbours=5)
