"""NDB: in how many parts of the data are samples more frequent, or less, than they should be?"""

from collections.abc import Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, of_features
from ganae_cli.evaluation.scores import LOWER, VARIETY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.features.base import Embedded
from ganae_cli.metrics.distribution.ndb import bins, ndb
from ganae_cli.metrics.intervals import Estimate
from ganae_cli.registry import register


@register("measure", "ndb")
class NDB(Measure):
    """`metrics.distribution.ndb`: bins of the training rows by k-means, up to 100 of them."""

    metrics = {"ndb": Metric(VARIETY, "bins of another share (NDB/K)", LOWER, 30)}

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        near, seed = subject.space.for_neighbours, subject.settings.seed
        of = subject.of_data("bins", lambda: bins(near(subject.of_train.rows), seed=seed))
        progress(0.8)

        def compute(made: Embedded, _: Embedded, progress: Progress) -> dict[str, Estimate]:
            return {"ndb": ndb(of, near(made.rows)).estimate()}

        about = {"bins": len(of.counts), "distance": subject.space.distance}
        yield from of_features(subject, compute, lambda share: progress(0.8 + share / 5), **about)
