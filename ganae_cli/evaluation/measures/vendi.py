"""The Vendi score: how many different samples are there, in effect?"""

from collections.abc import Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, of_features
from ganae_cli.evaluation.scores import NEITHER, VARIETY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.features.base import Embedded
from ganae_cli.metrics.distribution.vendi import vendi
from ganae_cli.metrics.intervals import Estimate
from ganae_cli.registry import register


@register("measure", "vendi")
class VendiScore(Measure):
    """`metrics.distribution.vendi` of features, by cosines; above that of real rows, samples are noisier."""

    metrics = {"vendi": Metric(VARIETY, "different samples in effect (Vendi)", NEITHER, None)}

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        def compute(made: Embedded, _: Embedded, progress: Progress) -> dict[str, Estimate]:
            return {"vendi": vendi(made.rows).estimate()}

        yield from of_features(subject, compute, progress)
