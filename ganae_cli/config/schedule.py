"""Numbers that change during training: `{start: 0, end: 1, until: 0.3}` in place of a number.

The number is `start` until a share `after` of `train.steps` is done, and `end` from the share `until` on; between them
it goes along a line, or along half a cosine. Every weight of a loss term or penalty, and every option whose comment
says `schedule` (`limits.py`), may be one. `engine/schedule.py` computes it.
"""

from dataclasses import replace

from ganae_cli.config.setting import SCHEDULE_EXAMPLE, Setting
from ganae_cli.errors import UserError, did_you_mean

KEYS = ("start", "end", "after", "until", "shape")
SHAPES = ("linear", "cosine")


def is_schedule(value: object) -> bool:
    """Return True for a mapping that can only be meant as a schedule.

    >>> is_schedule({"start": 0, "end": 1}), is_schedule({"fool": 1.0}), is_schedule({})
    (True, False, False)
    """
    return isinstance(value, dict) and {"start", "end"} <= set(value)


def check(key: str, value: dict, number: Setting) -> None:
    """Raise UserError, naming the key, for a mapping that is no schedule. number: what `start` and `end` may be.

    >>> check("model.noise", {"start": 1, "end": -1}, Setting(float, least=0, schedule=True))
    Traceback (most recent call last):
    ganae_cli.errors.UserError: model.noise.end must be at least 0, got -1
    """
    for word in value:
        if word not in KEYS:
            near = did_you_mean(str(word), KEYS)
            raise UserError(f"{key}: a schedule has no '{word}'{near} (it has: {', '.join(KEYS)})")
    for word in ("start", "end"):
        if word not in value:
            raise UserError(f"{key}: a schedule needs '{word}', as in {SCHEDULE_EXAMPLE}")
        replace(number, schedule=False, null=False).check(f"{key}.{word}", value[word])
    after, until = value.get("after", 0.0), value.get("until", 1.0)
    for word, share in (("after", after), ("until", until)):
        Setting(float).check(f"{key}.{word}", share)
        if not 0 <= share <= 1:
            raise UserError(f"{key}.{word} is a share of train.steps, from 0 to 1, got {share}")
    if after >= until:
        raise UserError(f"{key}: 'after' must be below 'until', got {after} and {until}")
    Setting(str, choices=SHAPES).check(f"{key}.shape", value.get("shape", SHAPES[0]))
