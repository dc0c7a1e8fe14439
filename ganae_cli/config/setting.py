"""One setting: its type, range and help, and the message for a value that it may not have."""

import math
import re
from dataclasses import dataclass

from ganae_cli.config.declared import declared
from ganae_cli.errors import UserError, did_you_mean

_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a section",
}
SCHEDULE_EXAMPLE = "{start: 0, end: 1, until: 0.3}"


@dataclass(frozen=True)
class Setting:
    """Types and range of one setting.

    kinds: the type, or alternative types. help: its meaning in one line. least, most: bounds that are allowed
    themselves; above, below: bounds that are not. choices: the words of a closed list; words: those that may stand in
    place of a value of the type, such as auto. declared: a kind of part, one of whose names is expected. null: null is
    allowed. items: type of each element of a list, within the same range; length: number of elements. schedule: a
    number may also change during training, see `schedule.py`. paths: what the path must name, see `paths.py`.
    """

    kinds: type | tuple[type, ...]
    help: str = ""
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    declared: str = ""
    null: bool = False
    items: type | None = None
    length: int | None = None
    schedule: bool = False
    paths: tuple[str, ...] = ()

    def check(self, key: str, value: object, is_null_default: bool = False) -> None:
        """Raise UserError, naming the key, for a value of another type or out of range.

        is_null_default: the default is null, so null is allowed although the setting does not say so.

        >>> Setting(int, least=1).check("train.steps", 0)
        Traceback (most recent call last):
        ganae_cli.errors.UserError: train.steps must be at least 1, got 0
        """
        expected = self.expected() + (" or null" if is_null_default and not self.null else "")
        if value is None:
            if self.null or is_null_default:
                return
            raise UserError(f"{key} cannot be null: expected {expected}")
        if value in self.words:
            return
        if not any(fits(value, kind) for kind in self._alternatives()):
            raise UserError(f"{key}: expected {expected}, got {shown(value)}{self._as_list(value)}")
        if isinstance(value, float | int) and not isinstance(value, bool):
            self._check_range(key, value)
        if isinstance(value, list):
            self._check_items(key, value)
        if self.choices and str(value) not in self.choices:
            near = did_you_mean(str(value), self.choices)
            raise UserError(f"{key}: '{value}' is not one of {', '.join(self.choices)}{near}")

    def _alternatives(self) -> tuple[type, ...]:
        return self.kinds if isinstance(self.kinds, tuple) else (self.kinds,)

    def _as_list(self, value: object) -> str:
        """Return how to write the list that a text such as `92x112` stands for; "" for other text."""
        numbers = re.split(r"[x×,\s]+", value.strip("()[] ")) if isinstance(value, str) and self.length else []
        is_list = len(numbers) == self.length and all(number.isdecimal() for number in numbers)
        return f"; write [{','.join(numbers)}]" if is_list else ""

    def _check_items(self, key: str, values: list) -> None:
        if self.length is not None and len(values) != self.length:
            raise UserError(f"{key}: expected {self.expected()}, got {values}")
        if self.items is None:
            return
        item = Setting(self.items, least=self.least, most=self.most, above=self.above, below=self.below)
        for place, value in enumerate(values):
            item.check(f"{key}[{place}]", value)

    def _check_range(self, key: str, value: float) -> None:
        limits = (
            (self.least is not None and value < self.least, f"at least {self.least}"),
            (self.most is not None and value > self.most, f"at most {self.most}"),
            (self.above is not None and value <= self.above, f"greater than {self.above}"),
            (self.below is not None and value >= self.below, f"less than {self.below}"),
            (not math.isfinite(value), "finite"),
        )
        for is_broken, limit in limits:
            if is_broken:
                raise UserError(f"{key} must be {limit}, got {value}")

    def allowed(self) -> list[str]:
        """Return the values of a closed list; empty where any value of the type may do."""
        if self.kinds is bool:
            return ["true", "false"]
        return declared(self.declared) if self.declared else list(self.choices)

    def examples(self) -> list[str]:
        """Return what to type for a path.

        >>> Setting(str, paths=("folder", ".zip")).examples()
        ['FOLDER', 'FILE.zip']
        """
        return [f"FILE{kind}" if kind.startswith(".") else kind.split()[-1].upper() for kind in self.paths]

    def limits(self) -> str:
        """Return the range in few words: `1 to 65536`, `≥ 0`, `bce | mae | mse`; "" without limits.

        >>> Setting(float, least=0, below=1).limits()
        '≥ 0, < 1'
        """
        if self.kinds is not bool and self.allowed():
            return " | ".join(self.allowed())
        if self.paths:
            return " | ".join(self.examples())
        if self.least is not None and self.most is not None:
            return f"{self.least} to {self.most}"
        limits = (("≥", self.least), (">", self.above), ("≤", self.most), ("<", self.below))
        stated = [f"{sign} {limit}" for sign, limit in limits if limit is not None]
        range_ = ", ".join([*stated, "or a schedule"] if self.schedule else stated)
        return " | ".join([range_, *self.words] if range_ else self.words)

    def expected(self) -> str:
        """Return the types in words: `a whole number or a list of 2 or null`."""
        words = [", ".join(self.choices)] if self.choices else self.examples()
        words = words or [_KINDS[kind] for kind in self._alternatives()]
        words += self.words
        words = [f"{word} of {self.length}" if word == "a list" and self.length else word for word in words]
        words += [f"a schedule like {SCHEDULE_EXAMPLE}"] if self.schedule else []
        return " or ".join([*words, "null"] if self.null else words)


def fits(value: object, kind: type) -> bool:
    """Return True if a value is of a kind: a whole number may stand for a number, a bool may not."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (float, int) if kind is float else kind)


def shown(value: object) -> str:
    """Return a value as the user would write it: `true`, `'text'`, `3`, `{start: 0, end: 1}`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(each)}" for key, each in value.items()) + "}"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else "null" if value is None else shown(value)
