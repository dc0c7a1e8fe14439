"""Limits of an option: what stands in brackets at the beginning of the comment behind it, in a part's YAML.

    packing: 1         # [>= 1] samples that the discriminator sees at once
    noise: 0.0         # [>= 0 | schedule] standard deviation of noise
    weight_clip: null  # [float > 0 | null] largest absolute weight of the discriminator; null: no clipping
    mix: add           # [add | concat] add noise to the latent code, or append it
    channels: auto     # [auto | 1 | 3] grey or colour
    jobs: 1            # [int >= 1 | auto] a word in place of a number
    image_size: null   # [int >= 1 | list of 2 int | null] side in pixels, or [height, width]; null: 8x8
    path: null         # [folder | .zip] pictures; required
    kept: null         # [new folder | null] where files are kept; null: in the user's cache

Limits are checked. The rest of the comment is prose (the option's help), and editing it changes no check. Limits are
alternatives separated by ` | `: the words of a closed list, types, bounds (`>= 0, < 1` or `1 to 64`), null, and
`schedule` for a number that may change during training (`schedule.py`). An option without limits takes any value of its
default's type. So a new part needs no entry in a list here.

`file`, `folder` and an ending such as `.npz` say what a path must name, and `new folder` one that need not be there yet
(`paths.py`). If its brackets do not say null, such an option is required, and null as its default says only that it has
none.
"""

import re
from dataclasses import replace
from typing import Any

from ganae_cli.config.setting import Setting
from ganae_cli.errors import UserError

_TYPES: dict[str, type] = {"bool": bool, "int": int, "float": float, "str": str, "list": list, "dict": dict}
_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?"
_BOUND = re.compile(rf"(>=|>|<=|<)\s*({_NUMBER})")
_ALTERNATIVE = re.compile(
    rf"(?:(?P<type>{'|'.join(_TYPES)})\b)?(?:(?<=list) of (?:(?P<length>\d+) )?(?P<items>int|float|str)\b)?\s*"
    rf"(?:(?P<least>{_NUMBER}) to (?P<most>{_NUMBER})|(?P<bounds>{_BOUND.pattern}(?:,\s*{_BOUND.pattern})*))?"
)
_WORDS = ("auto",)  # that may stand beside a type, in place of a value
_PATH = re.compile(r"file|folder|new folder|(?:\.\w+)+")
_FIELDS = {">=": "least", ">": "above", "<=": "most", "<": "below"}
_EXAMPLES = "[>= 1], [float > 0 | null], [add | concat], [0 to 9], [list of 2 int], [folder | .zip]"

SHARED = {  # settings of every model and loss whose limits no comment in a YAML can state
    "model.z_dim": Setting(int, "size of the latent code", least=1, most=65536),
    "model.sampler": Setting(str, "where the latent codes of samples come from", declared="sampler"),
    "model.weights.*": Setting(dict, "weights of a player's loss terms"),
    "model.weights.*.*": Setting(
        float, "weight of a loss term; 0: the term is logged, not trained on", least=0, schedule=True, null=True
    ),
    "evaluation.features": Setting(
        str,
        "space in which samples are compared with data; null: the best for the data",
        declared="features",
        null=True,
    ),
    "loss.adversarial": Setting(str, "loss of generator and discriminator", declared="adversarial", null=True),
    "loss.reconstruction": Setting(str, "distance of x and its reconstruction", declared="reconstruction", null=True),
}
_PATTERNS = [key.split(".") for key in SHARED if "*" in key]


def find_setting(key: str, default: object = None, comment: str = "") -> Setting | None:
    """Return the setting of a dotted key, whose YAML has this default and comment; None where nothing is known of it.

    >>> find_setting("model.weights.generator.fool").limits()
    '≥ 0, or a schedule'
    """
    return _shared_setting(key) or setting_from_comment(comment, default)


def _shared_setting(key: str) -> Setting | None:
    words = key.split(".")
    for pattern in _PATTERNS:
        if len(pattern) == len(words) and all(mark in ("*", word) for mark, word in zip(pattern, words, strict=True)):
            return SHARED[".".join(pattern)]
    return SHARED.get(key)


def setting_from_comment(comment: str, default: object) -> Setting | None:
    """Return what an option may be; None for one that is null by default and whose comment states no limits.

    >>> setting_from_comment("[float > 0 | null] a rate", None).expected()
    'a number or null'
    """
    fields, help_ = split_comment(comment)
    if default is not None and default in fields.get("paths", ()):  # `source: file  # [file | folder]`
        fields["choices"] = fields.pop("paths")
    words = fields.get("choices", ())
    kinds: tuple[type, ...] = _kinds_of_words(words) if words else fields.pop("kinds", ())
    kinds = kinds or ((float,) if "schedule" in fields else (str,) if "paths" in fields else ())
    base = Setting(kinds[0] if len(kinds) == 1 else kinds) if kinds else setting_from_default(default)
    if base is None and set(fields) & set(_FIELDS.values()):
        base = Setting(float)
    return replace(base, help=help_, **fields) if base else None


def _kinds_of_words(words: tuple[str, ...]) -> tuple[type, ...]:
    """Return the types of the words of a closed list: YAML reads `3` as a number."""
    return (str, int) if any(word.isdecimal() for word in words) else (str,)


def setting_from_default(value: object) -> Setting | None:
    """Return the setting of the default's type; None for null, which tells no type."""
    for kind in (bool, int, float, str, list, dict):
        if isinstance(value, kind):
            return Setting(kind)
    return None


def split_comment(comment: str) -> tuple[dict[str, Any], str]:
    """Return the fields of `Setting` that the brackets state (and `kinds`), and the prose behind them.

    Raises UserError for brackets that cannot be read, and for limits in the form of ganae 0.1, before a colon.

    >>> split_comment("[int >= 1 | null] threads; null: one per core")
    ({'null': True, 'least': 1, 'kinds': (<class 'int'>,)}, 'threads; null: one per core')
    """
    if not comment.startswith("["):
        _refuse_limits_before_colon(comment)
        return {}, comment
    limits, is_closed, prose = comment[1:].partition("]")
    fields = _fields(limits) if is_closed else {}
    if not fields:
        raise UserError(f"cannot read the limits '[{limits}{is_closed}': expected something like {_EXAMPLES}")
    return fields, prose.strip()


def _refuse_limits_before_colon(comment: str) -> None:
    """Raise UserError for `>= 1: help`, which ganae 0.1 checked, so that the check does not vanish unnoticed."""
    limits, colon, _ = comment.partition(": ")
    fields = _fields(limits) if colon else {}
    if fields and "paths" not in fields:  # which ganae 0.1 did not know
        raise UserError(f"limits in a comment stand in brackets: write '# [{limits}] …' instead of '# {limits}: …'")


def _fields(limits: str) -> dict[str, Any]:
    """Parse `int >= 1 | null` into {"kinds": (int,), "least": 1, "null": True}; {} for what cannot be read."""
    words = [word.strip() for word in limits.split(" | ")]
    fields: dict[str, Any] = {"null": True} if "null" in words else {}
    words = [word for word in words if word != "null"]
    if words and all(_PATH.fullmatch(word) for word in words):
        return fields | {"paths": tuple(words)}
    if "schedule" in words and not _is_closed_list(words):
        fields, words = fields | {"schedule": True}, [word for word in words if word != "schedule"]
    if _is_closed_list(words):
        return fields | {"choices": tuple(words)} if len(words) + len(fields) > 1 else {}
    if named := tuple(word for word in words if word in _WORDS):
        fields, words = fields | {"words": named}, [word for word in words if word not in _WORDS]
    for word in words:
        found = _ALTERNATIVE.fullmatch(word) if word else None
        if not found:
            return {}
        fields |= _bounds(found)
        if found["type"]:
            fields["kinds"] = (*fields.get("kinds", ()), _TYPES[found["type"]])
        if found["items"]:
            fields |= {"items": _TYPES[found["items"]], "length": int(found["length"]) if found["length"] else None}
    return fields


def _is_closed_list(words: list[str]) -> bool:
    """Return True for words of which none is a type or a bound, such as `constant | schedule`."""
    return all(re.fullmatch(r"[\w-]+", word) for word in words) and not set(words) & set(_TYPES)


def _bounds(found: re.Match[str]) -> dict[str, float]:
    if found["least"]:
        return {"least": _number(found["least"]), "most": _number(found["most"])}
    return {_FIELDS[sign]: _number(number) for sign, number in _BOUND.findall(found["bounds"] or "")}


def _number(text: str) -> float:
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
