"""Durations, sizes and counts as text for people."""


def duration(seconds: float) -> str:
    """Return a duration as H:MM:SS, or M:SS below an hour.

    >>> duration(3723), duration(123.4)
    ('1:02:03', '2:03')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


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


_SIZES = ("", "k", "M", "G", "T", "P", "E")
