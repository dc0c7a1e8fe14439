"""Directions of latent codes: how many of the dimensions that a code has does the encoder use?"""

from collections.abc import Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import CODES, NEITHER, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.codes.rank import rank
from ganae_cli.registry import register


@register("measure", "rank")
class Rank(Measure):
    """`metrics.codes.rank` of the codes of held-out rows; `z_dim` stands beside each number."""

    metrics = {
        "effective_rank": Metric(CODES, "effective rank", NEITHER, 1),
        "participation_ratio": Metric(CODES, "participation ratio", NEITHER, None),
        "stable_rank": Metric(CODES, "stable rank", NEITHER, None),
        "components_95": Metric(CODES, "components with 95 % of variance", NEITHER, None),
        "components_99": Metric(CODES, "components with 99 % of variance", NEITHER, None),
    }
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        return None if subject.model.encodes else "there is no encoder"

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        codes = subject.model.codes_of_held_out
        found = rank(codes)
        for name in self.metrics:
            yield score(name, getattr(found, name), codes.shape[1], "z_dim", rows=len(codes))
