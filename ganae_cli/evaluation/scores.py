"""What an evaluation finds: metrics, their scores, and why some could not be measured. Without TensorFlow."""

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

HIGHER, LOWER, NEITHER = "higher", "lower", ""  # which values are better
QUALITY, VARIETY, ORIGINALITY, RECONSTRUCTION, CODES = "quality", "variety", "originality", "reconstruction", "codes"


class Section(NamedTuple):
    """A part of the page. question: that it answers. of, beside: what was measured, and what stands beside it."""

    question: str
    of: str
    beside: str


SECTIONS = {  # in the order of the page
    QUALITY: Section("How good are the samples?", "samples", "held-out"),
    VARIETY: Section("How varied are they?", "samples", "held-out"),
    ORIGINALITY: Section("How original are they?", "samples", "held-out"),
    RECONSTRUCTION: Section("How good are reconstructions?", "held-out", "mean row"),
    CODES: Section("How are the latent codes?", "held-out", "beside"),
}


class Metric(NamedTuple):
    """A metric as it is shown. section: one of SECTIONS. title: in a few words, 38 characters at most.

    better: HIGHER or LOWER, or NEITHER where the best value is that of real data. place: within its section, from 0
    down; None: it does not belong to the one page that everybody sees, and stands in `evaluation.json` only.
    """

    section: str
    title: str
    better: str
    place: int | None = 50


@dataclass(frozen=True)
class Score:
    """The value of a metric.

    low, high: its 95 % confidence interval; None where none is known. beside: the value to compare it with, mostly what
    as many held-out rows score in the place of samples; `about["beside"]` says what else it is. None where nothing is.
    about: what the number depends on besides the protocol that all numbers of an evaluation share.
    """

    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    beside: float | None = None
    about: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in ("value", "low", "high", "beside"):
            number = getattr(self, key)
            object.__setattr__(self, key, None if number is None else float(number))

    @property
    def interval(self) -> list[float] | None:
        """Return low and high; None where they are not known."""
        return None if self.low is None or self.high is None else [self.low, self.high]


@dataclass(frozen=True)
class Evaluation:
    """All that was measured.

    protocol: what all scores depend on. metrics: of the scores, by name. refusals: measure -> why it was left out.
    """

    protocol: dict[str, Any]
    metrics: dict[str, Metric]
    scores: tuple[Score, ...]
    refusals: dict[str, str]
    warnings: tuple[str, ...] = ()

    def score(self, metric: str) -> Score | None:
        """Return the score of a metric; None if it was not measured."""
        return next((score for score in self.scores if score.metric == metric), None)

    def value(self, metric: str) -> float | None:
        """Return the value of a metric; None if it was not measured."""
        found = self.score(metric)
        return found.value if found else None

    def entries(self) -> list[dict[str, Any]]:
        """Return the content of `evaluation.json`: one entry for each score; numbers that are not finite are null."""
        return [
            {
                "metric": score.metric,
                "value": _finite(score.value),
                "interval": None if score.interval is None else [_finite(number) for number in score.interval],
                "beside": _finite(score.beside),
                "better": self.metrics[score.metric].better or None,
                "protocol": self.protocol | score.about,
            }
            for score in self.scores
        ]


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
