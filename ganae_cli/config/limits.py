"""What the comment behind an option says, in a part's YAML: its limits, then a colon, then its help.

    packing: 1         # >= 1: samples that the discriminator judges at once
    weight_clip: null  # float > 0 | null: the discriminator's weights are clipped to [-c, c]; null: not
    mix: add           # add | concat: the random vector is added to the code, or put beside it
    image_size: null   # int >= 1 | list of 2 int | null: side in pixels, or [height, width]; null: 8x8

Limits are alternatives: the words of a closed list, bounds, types, null. Where none is said, and where what stands
before the colon is something else, the default alone says the type. So a part needs no entry in any list of ours.
"""

import re
from dataclasses import replace

from ganae_cli.config.setting import Setting
from ganae_cli.errors import UserError

_TYPES = {"bool": bool, "int": int, "float": float, "str": str, "list": list, "dict": dict}
_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?"
_BOUND = re.compile(rf"(>=|>|<=|<)\s*({_NUMBER})")
_ALTERNATIVE = re.compile(
    rf"(?:(?P<type>{'|'.join(_TYPES)})\b)?(?: of (?:(?P<length>\d+) )?(?P<items>int|float|str))?\s*"
    rf"(?:(?P<least>{_NUMBER}) to (?P<most>{_NUMBER})|(?P<bounds>{_BOUND.pattern}(?:,\s*{_BOUND.pattern})*))?"
)
_FIELDS = {">=": "least", ">": "above", "<=": "most", "<": "below"}


SHARED = {  # settings of every model and loss whose limits no comment in a YAML can state
    "model.z_dim": Setting(int, "size of the code", least=1, most=65536),
    "model.sampler": Setting(str, "where the codes of samples come from", declared="sampler"),
    "model.weights.*": Setting(dict, "the weights of a player's loss terms"),
    "model.weights.*.*": Setting(float, "weight of a loss term; 0 measures it without learning from it", least=0),
    "loss.adversarial": Setting(str, "the loss of generator and discriminator", declared="adversarial", null=True),
    "loss.reconstruction": Setting(str, "distance of x and its reconstruction", declared="reconstruction", null=True),
}
_PATTERNS = [key.split(".") for key in SHARED if "*" in key]


def find(key: str, default=None, comment: str = "") -> Setting | None:
    """The setting of a dotted key whose YAML has this default and comment; None for one of which nothing is said."""
    return _shared(key) or setting(comment, default)


def _shared(key: str) -> Setting | None:
    words = key.split(".")
    for pattern in _PATTERNS:
        if len(pattern) == len(words) and all(mark in ("*", word) for mark, word in zip(pattern, words, strict=True)):
            return SHARED[".".join(pattern)]
    return SHARED.get(key)


def split(comment: str) -> tuple[dict, str]:
    """The fields of a `Setting` that the comment states, and the help that remains."""
    limits, colon, help_ = comment.partition(": ")
    fields = _fields(limits) if colon else {}
    return (fields, help_) if fields else ({}, comment)


def setting(comment: str, default) -> Setting | None:
    """What an option may be; None for one that is null and whose comment states no limits."""
    fields, help_ = split(comment)
    kinds = fields.pop("kinds", ())
    if fields.get("choices"):
        kinds = (str,)
    implied = by_default(default)
    if not kinds and implied is None:
        kinds = (float,) if set(fields) & set(_FIELDS.values()) else ()
    if not kinds and implied is None:
        return None
    return replace(Setting(kinds[0] if len(kinds) == 1 else kinds) if kinds else implied, help=help_, **fields)


def by_default(value) -> Setting | None:
    """The setting that an option's default implies; None where the default is null, which says nothing."""
    for kind in (bool, int, float, str, list, dict):
        if isinstance(value, kind):
            return Setting(kind)
    return None


def _fields(limits: str) -> dict:
    """`int >= 1 | null` -> {"kinds": (int,), "least": 1, "null": True}; {} for words that are no limits."""
    words = [word.strip() for word in limits.split(" | ")]
    fields: dict = {"null": True} if "null" in words else {}
    words = [word for word in words if word != "null"]
    if all(re.fullmatch(r"[\w-]+", word) for word in words) and not set(words) & set(_TYPES):
        return fields | {"choices": tuple(words)} if len(words) + len(fields) > 1 else {}
    for word in words:
        found = _ALTERNATIVE.fullmatch(word)
        if not found and word[:1] in ("<", ">"):
            raise UserError(f"cannot read '{limits}', the limits in a comment of a YAML file")
        if not found:
            return {}
        fields |= _bounds(found)
        if found["type"]:
            fields["kinds"] = (*fields.get("kinds", ()), _TYPES[found["type"]])
        if found["items"]:
            fields |= {"items": _TYPES[found["items"]], "length": int(found["length"]) if found["length"] else None}
    return fields


def _bounds(found: re.Match) -> dict:
    if found["least"]:
        return {"least": _number(found["least"]), "most": _number(found["most"])}
    return {_FIELDS[sign]: _number(number) for sign, number in _BOUND.findall(found["bounds"] or "")}


def _number(text: str) -> float:
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
