"""The Inception score: is a classifier sure of each sample, and are all classes as frequent?"""

from collections.abc import Iterator

import numpy as np

from ganae_cli.evaluation.measures.base import Measure, Progress, of_features
from ganae_cli.evaluation.scores import HIGHER, QUALITY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.features.base import Embedded
from ganae_cli.metrics.distribution.inception_score import inception_score
from ganae_cli.metrics.intervals import Estimate
from ganae_cli.registry import register


@register("measure", "inception_score")
class InceptionScore(Measure):
    """`metrics.distribution.inception_score`, by the classifier of the feature space; papers have that of inception."""

    metrics = {"inception_score": Metric(QUALITY, "Inception score, by these features", HIGHER, None)}

    def refusal(self, subject: Subject) -> str | None:
        return None if subject.of_samples.probabilities is not None else "the feature space has no classifier"

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        def compute(made: Embedded, _: Embedded, progress: Progress) -> dict[str, Estimate]:
            return {"inception_score": inception_score(np.asarray(made.probabilities)).estimate()}

        yield from of_features(subject, compute, progress)
