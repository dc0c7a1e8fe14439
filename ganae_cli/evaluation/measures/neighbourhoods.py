"""Neighbourhoods: precision and recall, density and coverage, and their clipped forms, by one search."""

from collections.abc import Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, of_features, too_few
from ganae_cli.evaluation.scores import HIGHER, NEITHER, QUALITY, VARIETY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.features.base import Embedded
from ganae_cli.metrics.distribution import clipped, density_coverage, precision_recall
from ganae_cli.metrics.distribution.neighbourhoods import compare
from ganae_cli.metrics.distribution.neighbours import nearest
from ganae_cli.metrics.intervals import Estimate
from ganae_cli.registry import register
from ganae_cli.samplers.fitted import random_rows

K = 5
REFERENCE = 1 / 7  # share of the work that is of training rows alone: half a square of all pairs, of three and a half


@register("measure", "neighbourhoods")
class Neighbourhoods(Measure):
    """`metrics.distribution`: where samples lie among training rows, and these among samples, with k = 5.

    Clipped density and coverage are the headline pair: each reads as "as good as this share of real rows". As many
    training rows are taken as there are samples: beside more of them, each ball holds few samples, wherever these lie,
    and coverage says the same as density. (On the 8x8 digits, 299 samples of a `bigan` that had lost two classes beside
    1,498 training rows scored a clipped coverage of 1.)
    """

    metrics = {
        "clipped_density": Metric(QUALITY, "clipped density", HIGHER, 0),
        "precision": Metric(QUALITY, "precision", HIGHER, 10),
        "density": Metric(QUALITY, "density", NEITHER, None),
        "clipped_coverage": Metric(VARIETY, "clipped coverage", HIGHER, 0),
        "recall": Metric(VARIETY, "recall", HIGHER, 10),
        "coverage": Metric(VARIETY, "coverage", HIGHER, None),
    }
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        return too_few(subject, K + 1)

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        count = min(subject.rows.count, subject.rows.train_count)
        near, seed = subject.space.for_neighbours, subject.settings.seed
        rows = near(random_rows(subject.of_train.rows, count, seed))  # files may be sorted

        known = subject.of_data(
            "neighbours of training rows", lambda: nearest(rows, K, lambda share: progress(REFERENCE * share))
        )

        def compute(made: Embedded, _: Embedded, progress: Progress) -> dict[str, Estimate]:
            found = compare(rows, near(made.rows), K, progress, known)
            parts = (clipped.estimates(found), precision_recall.estimates(found), density_coverage.estimates(found))
            return {name: estimate for part in parts for name, estimate in part.items()}

        about = {"k": K, "reference": count, "distance": subject.space.distance}
        rest = 1 - REFERENCE
        yield from of_features(subject, compute, lambda share: progress(REFERENCE + rest * share), **about)
