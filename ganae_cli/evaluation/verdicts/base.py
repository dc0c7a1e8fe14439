"""The interface of every verdict: evidence in, a verdict in words out. Without TensorFlow."""

import abc
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from ganae_cli.evaluation.scores import Evaluation, Score

HEALTHY, ACCUSED, UNKNOWN = "healthy", "accused", "unknown"


@dataclass(frozen=True)
class Evidence:
    """What a judge looks at.

    evaluation: the scores. history: rows of the history, oldest first, column -> number. kind: "images" or "points".
    """

    evaluation: Evaluation
    history: Sequence[Mapping[str, float]] = field(default_factory=tuple)
    kind: str = "images"

    def score(self, metric: str) -> Score | None:
        """Return the score of a metric; None if it was not measured."""
        return self.evaluation.score(metric)

    def value(self, metric: str) -> float | None:
        """Return the value of a metric; None if it was not measured, or is not finite."""
        value = self.evaluation.value(metric)
        return value if value is not None and math.isfinite(value) else None

    def beside(self, metric: str) -> float | None:
        """Return what stands beside a metric, mostly the score of held-out rows; None if nothing does."""
        score = self.score(metric)
        return None if score is None or score.beside is None or not math.isfinite(score.beside) else score.beside

    def column(self, name: str) -> list[float]:
        """Return the numbers of a column of the history, of the rows that have one."""
        return [row[name] for row in self.history if name in row]

    @property
    def discriminator_losses(self) -> list[str]:
        """Return the columns that hold the loss of a discriminator, of samples first; [] of a model without one."""
        return sorted((name for name in self.columns if name.endswith("discriminator.loss")), key=len)

    @property
    def adversarial_losses(self) -> list[str]:
        """Return the columns that hold what discriminators and those who fool them are trained on; [] without any."""
        fooling = [name for name in self.columns if "fool" in name.partition(".")[2]]
        return [*self.discriminator_losses, *fooling]

    @property
    def columns(self) -> list[str]:
        """Return the columns of the newest row of the history; [] without one."""
        return list(self.history[-1]) if self.history else []


class Verdict(NamedTuple):
    """state: HEALTHY, ACCUSED, or UNKNOWN for want of evidence. what: was seen, with the numbers behind it.

    threshold: what would be or is too much. source: of measure and threshold. advice: one thing to try; "" if healthy.
    """

    name: str
    state: str
    what: str
    threshold: str = ""
    source: str = ""
    advice: str = ""

    def entry(self, metric: str, protocol: Mapping[str, Any]) -> dict[str, Any]:
        """Return the verdict for `evaluation.json`: 1 is accused, 0 healthy, null unknown; its words in `protocol`."""
        value = {HEALTHY: 0, ACCUSED: 1}.get(self.state)
        words = {"verdict": self.state, "seen": self.what, "threshold": self.threshold, "source": self.source}
        words |= {"advice": self.advice} if self.advice else {}
        return {
            "metric": metric,
            "value": value,
            "interval": None,
            "better": "lower",
            "protocol": {**protocol, **words},
        }


class Judge(abc.ABC):
    """Judges one way in which a training fails. needs: the metrics that it looks at, where they can be measured."""

    name: ClassVar[str]  # as people say it: "mode collapse"
    needs: ClassVar[tuple[str, ...]] = ()
    threshold: ClassVar[str]
    source: ClassVar[str]

    @abc.abstractmethod
    def judge(self, evidence: Evidence) -> Verdict:
        """Return the verdict."""

    def healthy(self, what: str) -> Verdict:
        """Return the verdict that nothing is wrong. what: the numbers that say so."""
        return Verdict(self.name, HEALTHY, what, self.threshold, self.source)

    def accused(self, what: str, advice: str) -> Verdict:
        """Return the verdict that the training failed in this way. advice: one thing to try."""
        return Verdict(self.name, ACCUSED, what, self.threshold, self.source, advice)

    def unknown(self, why: str) -> Verdict:
        """Return that nothing can be said. why: as "there is no encoder"."""
        return Verdict(self.name, UNKNOWN, why, self.threshold, self.source)
