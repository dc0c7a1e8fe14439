"""What a setting may be: its type, range and help, and the words in which it refuses what it may not."""

import math
from dataclasses import dataclass

from ganae_cli.config.conf_tree import declared
from ganae_cli.errors import UserError, did_you_mean

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a section",
}


@dataclass(frozen=True)
class Setting:
    """least and most are allowed values, above and below are not. declared: a kind of part whose name is wanted.

    items: what each element of a list must be, within the same range; length: how many there must be.
    """

    kinds: type | tuple[type, ...]
    help: str = ""
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    declared: str = ""
    null: bool = False
    items: type | None = None
    length: int | None = None

    def check(self, key: str, value, is_null_default: bool = False) -> None:
        """Raises UserError for a value of another type or out of range."""
        expected = self.expected() + (" or null" if is_null_default and not self.null else "")
        if value is None:
            if self.null or is_null_default:
                return
            raise UserError(f"{key} cannot be null: expected {expected}")
        kinds = self.kinds if isinstance(self.kinds, tuple) else (self.kinds,)
        if not any(fits(value, kind) for kind in kinds):
            raise UserError(f"{key}: expected {expected}, got {shown(value)}")
        if isinstance(value, float | int) and not isinstance(value, bool):
            self._check_range(key, value)
        if isinstance(value, list):
            self._check_items(key, value)
        if self.choices and value not in self.choices:
            near = did_you_mean(str(value), self.choices)
            raise UserError(f"{key}: '{value}' is not one of {', '.join(self.choices)}{near}")

    def _check_items(self, key: str, values: list) -> None:
        if self.length is not None and len(values) != self.length:
            raise UserError(f"{key}: expected {self.expected()}, got {values}")
        for place, value in enumerate(values if self.items else ()):
            item = Setting(self.items, least=self.least, most=self.most, above=self.above, below=self.below)
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
        """The values it takes, where they are a closed list."""
        if self.kinds is bool:
            return ["true", "false"]
        return declared(self.declared) if self.declared else list(self.choices)

    def limits(self) -> str:
        """The values it takes in few words: `1 to 65536`, `≥ 0`, `bce | mae | mse`; "" where anything goes."""
        if self.kinds is not bool and self.allowed():
            return " | ".join(self.allowed())
        if self.least is not None and self.most is not None:
            return f"{self.least} to {self.most}"
        limits = (("≥", self.least), (">", self.above), ("≤", self.most), ("<", self.below))
        return ", ".join(f"{sign} {limit}" for sign, limit in limits if limit is not None)

    def expected(self) -> str:
        """The types it takes, in words."""
        kinds = self.kinds if isinstance(self.kinds, tuple) else (self.kinds,)
        words = [", ".join(self.choices)] if self.choices else [_KINDS[kind] for kind in kinds]
        words = [f"{word} of {self.length}" if word == "a list" and self.length else word for word in words]
        return " or ".join([*words, "null"] if self.null else words)


def fits(value, kind: type) -> bool:
    """bool is not a number; a whole number will do for a number."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (float, int) if kind is float else kind)


def shown(value) -> str:
    """A value as the user would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else str(value)
