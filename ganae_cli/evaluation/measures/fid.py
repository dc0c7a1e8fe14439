"""FID: how far the mean and the covariance of features of samples are from those of training rows."""

from collections.abc import Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, of_features, too_few
from ganae_cli.evaluation.scores import LOWER, QUALITY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.features.base import Embedded
from ganae_cli.metrics.distribution import frechet
from ganae_cli.metrics.intervals import Estimate
from ganae_cli.registry import register


@register("measure", "fid")
class FID(Measure):
    """`metrics.distribution.frechet`, on the features that a space keeps for it."""

    metrics = {"fid": Metric(QUALITY, "Fréchet distance (FID)", LOWER, 20)}
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        return too_few(subject, 2)

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        reference = subject.of_data("statistics", lambda: frechet.statistics(subject.of_train.frechet))
        count, dimensions = subject.of_samples.frechet.shape

        def compute(made: Embedded, _: Embedded, progress: Progress) -> dict[str, Estimate]:
            return {"fid": frechet.fid(made.frechet, reference, progress)}

        about = {"fid_dimensions": dimensions, "enough": frechet.enough(count, dimensions)}
        yield from of_features(subject, compute, progress, **about)
