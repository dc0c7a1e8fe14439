"""Search spaces: for each key that a study varies, the values that it may have, as they are typed into a command."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ganae_cli.errors import UserError

DIGITS = 6  # of a number


@dataclass(frozen=True)
class Choice:
    """One of some values, as words of the command line: `choice(8,16,32)`, `8,16,32`, `range(1,5)` or `glob(*)`."""

    words: tuple[str, ...]

    def suggest(self, trial: Any, key: str) -> str:
        """Let a trial of Optuna choose; return the word."""
        return trial.suggest_categorical(key, list(self.words))

    def word(self, value: Any) -> str:
        """Return the word for a value of Optuna. Raises UserError for one that is none of the choices."""
        if value not in self.words:
            raise UserError(f"'{value}' is none of {', '.join(self.words)}")
        return str(value)

    @property
    def ends(self) -> tuple[str, ...]:
        """The words that must all be allowed for every one in between to be."""
        return self.words

    def __str__(self) -> str:
        return f"one of {', '.join(self.words)}"


@dataclass(frozen=True)
class Interval:
    """A number between two: `interval(0.1,0.9)`; whole: `int(interval(2,64))`; on a scale of powers: `tag(log,…)`.

    Both ends are part of it.
    """

    low: float
    high: float
    is_log: bool = False
    is_whole: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise UserError(f"an interval goes from a number to a larger one, not from {self.low} to {self.high}")
        if self.is_log and self.low <= 0:
            raise UserError(f"on a scale of powers (log) an interval begins above 0, not at {self.low}")

    def suggest(self, trial: Any, key: str) -> str:
        """Let a trial of Optuna choose; return the word."""
        if self.is_whole:
            return self.word(trial.suggest_int(key, int(self.low), int(self.high), log=self.is_log))
        return self.word(trial.suggest_float(key, self.low, self.high, log=self.is_log))

    def word(self, value: Any) -> str:
        """Return the word for a value of Optuna: six digits of it, which are easier to read and to type again.

        >>> Interval(1e-4, 1e-2).word(0.006431172050131994)
        '0.00643117'
        """
        if self.is_whole:
            return str(int(value))
        return repr(min(self.high, max(self.low, float(f"{value:.{DIGITS}g}"))))

    @property
    def ends(self) -> tuple[str, ...]:
        """The words that must all be allowed for every one in between to be."""
        return (self.word(self.low), self.word(self.high))

    def __str__(self) -> str:
        what = "a whole number" if self.is_whole else "a number"
        low, high = (f"{end:g}" for end in (self.low, self.high))
        return f"{what} from {low} to {high}{', on a scale of powers' if self.is_log else ''}"


Values = Choice | Interval
Space = dict[str, Values]  # by key


def grid(space: Mapping[str, Values]) -> list[dict[str, str]]:
    """Return every combination of values, the last key varying fastest. Raises UserError for an interval.

    >>> grid({"seed": Choice(("1", "2")), "model": Choice(("gan", "vae"))})[:2]
    [{'seed': '1', 'model': 'gan'}, {'seed': '1', 'model': 'vae'}]
    """
    found: list[dict[str, str]] = [{}]
    for key, values in space.items():
        if not isinstance(values, Choice):
            raise UserError(
                f"tune.sampler=grid tries every value, and {key} is {values}: write some, as {key}=choice(…)"
            )
        found = [combination | {key: word} for combination in found for word in values.words]
    return found


def as_json(space: Mapping[str, Values]) -> dict[str, Any]:
    """Return a space as it stands in a file."""
    return {key: asdict(values) for key, values in space.items()}


def of_json(content: Any) -> Space:
    """Return the space of a file. Raises UserError for what is none."""
    if not isinstance(content, dict) or not content:
        raise UserError("its 'space' is no object with a key")
    return {key: _values(key, one) for key, one in content.items()}


def _values(key: str, one: Any) -> Values:
    if isinstance(one, dict) and set(one) == {"words"} and _are_words(one["words"]):
        return Choice(tuple(one["words"]))
    numbers = [one.get(name) for name in ("low", "high")] if isinstance(one, dict) else []
    if all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers) and numbers:
        return Interval(float(one["low"]), float(one["high"]), bool(one.get("is_log")), bool(one.get("is_whole")))
    raise UserError(f"its 'space' has no values of {key}")


def _are_words(value: Any) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(isinstance(word, str) for word in value)
