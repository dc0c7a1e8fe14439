"""KID: the squared maximum mean discrepancy between features of samples and of training rows, without bias."""

from collections.abc import Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, of_features, too_few
from ganae_cli.evaluation.scores import LOWER, QUALITY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.features.base import Embedded
from ganae_cli.metrics.distribution.kernel_distance import kid, within
from ganae_cli.metrics.intervals import Estimate
from ganae_cli.registry import register

REFERENCE = 1 / 7  # share of the work that is of training rows alone: half a square of all pairs, of three and a half


@register("measure", "kid")
class KID(Measure):
    """`metrics.distribution.kernel_distance`, of all pairs of rows."""

    metrics = {"kid": Metric(QUALITY, "kernel distance (KID)", LOWER, 21)}
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        return too_few(subject, 4)

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        known = subject.of_data(
            "kernel of training rows", lambda: within(subject.of_train.rows, lambda share: progress(REFERENCE * share))
        )

        def compute(made: Embedded, reference: Embedded, progress: Progress) -> dict[str, Estimate]:
            return {"kid": kid(reference.rows, made.rows, progress, known).estimate()}

        yield from of_features(subject, compute, lambda share: progress(REFERENCE + (1 - REFERENCE) * share))
