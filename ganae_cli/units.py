"""Durations, sizes and counts as text for people, and durations as people type them."""

import re


def duration(seconds: float) -> str:
    """Return a duration as H:MM:SS, or M:SS below an hour.

    >>> duration(3723), duration(123.4)
    ('1:02:03', '2:03')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def seconds_of(typed: str | float) -> float | None:
    """Return the seconds of a time as it is typed: 90s, 10m, 1h30m, 2d; a number alone is minutes. None for other text.

    >>> seconds_of("90s"), seconds_of("1h30m"), seconds_of("0.5h"), seconds_of(2), seconds_of("10 minutes")
    (90.0, 5400.0, 1800.0, 120.0, None)
    """
    text = str(typed).strip().lower()
    found = _TIME.fullmatch(text if re.search("[a-z]", text) else f"{text}m")
    if not found or not any(found.groups()):
        return None
    parts = zip(found.groups(), _SECONDS, strict=True)
    return float(sum(float(count) * each for count, each in parts if count))


def span(seconds: float) -> str:
    """Return a time as it would be typed, to the second.

    >>> span(600), span(5400), span(45.2), span(0.2)
    ('10m', '1h30m', '45s', '0s')
    """
    left, found = round(seconds), ""
    for each, letter in zip(_SECONDS, "dhms", strict=True):
        count, left = divmod(left, each)
        found += f"{count}{letter}" if count else ""
    return found or "0s"


def step_time(seconds: float) -> str:
    """Return the time of a step in three figures.

    >>> step_time(0.04512), step_time(2.5)
    ('45.1 ms', '2.5 s')
    """
    return f"{1000 * seconds:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s"


def megabytes(count: int) -> str:
    """Return a number of bytes in MB (a million bytes), from 10 GB up in GB.

    >>> megabytes(812_000_000), megabytes(12_345_000_000)
    ('812 MB', '12.3 GB')
    """
    return f"{count / 1e9:,.1f} GB" if count >= 10e9 else f"{count / 1e6:,.0f} MB"


def short(count: float, unit: str = "") -> str:
    """Return three figures, the prefix k, M, G, T, P or E, and the unit.

    >>> short(18_812_345_678, "FLOP"), short(12)
    ('18.8 GFLOP', '12')
    """
    size = 0
    while abs(float(f"{count:.3g}")) >= 1000 and size < len(_SIZES) - 1:
        count, size = count / 1000, size + 1
    figures = f"{count:#.3g}".rstrip(".") if size else f"{count:g}"
    return f"{figures} {_SIZES[size]}{unit}".rstrip()


_SECONDS = (86_400, 3_600, 60, 1)  # of a day, an hour, a minute and a second
_TIME = re.compile("".join(rf"(?:(\d+(?:\.\d+)?)\s*{letter})?\s*" for letter in "dhms"))
_SIZES = ("", "k", "M", "G", "T", "P", "E")
