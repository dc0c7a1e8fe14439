"""Classes of samples, as the classifier of the dataset sees them: which is rarest, and are they those asked for?"""

from collections.abc import Iterable, Iterator

import numpy as np

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import HIGHER, QUALITY, VARIETY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.intervals import of_mean
from ganae_cli.registry import register


@register("measure", "classes")
class Classes(Measure):
    """Classes that `features=classifier` predicts.

    rarest_class: the smallest ratio, over the classes, of the share of samples to that of training rows that are
    predicted to be of it; 0 if a class is never drawn. label_accuracy, of a conditional model: the share of samples
    that are predicted to be of the class that was asked for.
    """

    metrics = {
        "rarest_class": Metric(VARIETY, "rarest class, of its share", HIGHER, 20),
        "label_accuracy": Metric(QUALITY, "class that was asked for, accuracy", HIGHER, 5),
    }

    def refusal(self, subject: Subject) -> str | None:
        if subject.space.name != "classifier":
            return "only features=classifier knows the classes"
        return None if subject.of_held_out.probabilities is not None else "there are too many of them"

    def names(self, subject: Subject) -> Iterable[str]:
        return self.metrics if _asked(subject) is not None else ("rarest_class",)

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        made, real, train = (
            np.asarray(one.probabilities).argmax(axis=1)
            for one in (subject.of_samples, subject.of_held_out, subject.of_train)
        )
        expected = np.bincount(train) / len(train)
        facts = subject.space.facts
        yield score("rarest_class", _rarest(made, expected), _rarest(real, expected), **facts)
        asked = _asked(subject)
        if asked is not None:
            known = np.unique(np.asarray(subject.data.train_labels))
            yield score("label_accuracy", of_mean(known[made] == asked), facts["accuracy"], "held-out rows", **facts)


def _rarest(predicted: np.ndarray, expected: np.ndarray) -> float:
    """Return the smallest ratio of the share of a class among the predicted ones to its expected share."""
    known = np.flatnonzero(expected)
    return float((np.bincount(predicted, minlength=len(expected))[known] / len(predicted) / expected[known]).min())


def _asked(subject: Subject) -> np.ndarray | None:
    """Return the class that each sample was asked for; None of a model without classes."""
    return None if subject.data.channel_classes else subject.model.labels
