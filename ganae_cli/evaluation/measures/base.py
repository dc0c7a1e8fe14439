"""The interface of every measure, and the ways in which held-out rows take the place of samples."""

import abc
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from ganae_cli.evaluation.scores import Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.features.base import Embedded
from ganae_cli.metrics.intervals import Estimate

Progress = Callable[[float], object]  # told the share that is done, from 0 to 1
NO_CLASS = "a conditional decoder needs the class of each row"
HELD_OUT = "held-out rows in place of samples"
Values = Mapping[str, Estimate | float]


class Measure(abc.ABC):
    """One or more metrics that are computed together.

    metrics: what it gives, by name. is_quick: it takes a few seconds at most, so that it is also measured while a model
    trains (`train.evaluate_every`) and at the end of a training.
    """

    metrics: ClassVar[dict[str, Metric]]
    is_quick: ClassVar[bool] = False

    def refusal(self, subject: Subject) -> str | None:
        """Return why this cannot be measured, in words for the user; None if it can."""
        return None

    def names(self, subject: Subject) -> Iterable[str]:
        """Return those of its metrics that it gives of this subject, if there is no refusal."""
        return self.metrics

    @abc.abstractmethod
    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        """Give the scores. progress: told the share that is done, if it takes a while."""


def too_few(subject: Subject, least: int) -> str | None:
    """Return that there are fewer training rows than a measure takes; None if there are enough.

    There are 20 samples and held-out rows at least, but a model may be trained on a single row.
    """
    count = subject.rows.train_count
    return f"it takes {least} training rows, and there are {count}" if count < least else None


def of_features(
    subject: Subject,
    compute: Callable[[Embedded, Embedded, Progress], Values],
    progress: Progress,
    **about: Any,
) -> Iterator[Score]:
    """Give the scores of samples beside those of held-out rows in their place, both against training rows.

    compute: takes features of samples and of training rows, and depends on nothing else but the settings: its module
    names what it gives of held-out rows, which is the same at each step of a training. about: stated with each score,
    besides the feature space.
    """
    made = compute(subject.of_samples, subject.of_train, lambda share: progress(share / 2))
    real = subject.of_data(
        compute.__module__,
        lambda: compute(subject.of_held_out, subject.of_train, lambda share: progress(0.5 + share / 2)),
    )
    yield from beside(made, real, **subject.space.facts, **about)


def beside(made: Values, real: Values, **about: Any) -> Iterator[Score]:
    """Give each value of samples beside that of held-out rows."""
    for metric, value in made.items():
        expected = real.get(metric)
        yield score(metric, value, expected, **about)


def score(
    metric: str, value: Estimate | float, beside: Estimate | float | None = None, what: str = HELD_OUT, **about: Any
) -> Score:
    """Return the score of an estimate, with its interval, or of a number without one. what: stands beside it."""
    expected = beside.value if isinstance(beside, Estimate) else beside
    about |= {} if expected is None else {"beside": what}
    if isinstance(value, Estimate):
        return Score(metric, value.value, value.low, value.high, expected, about)
    return Score(metric, value, None, None, expected, about)
