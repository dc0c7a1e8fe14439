"""Amounts as people read them."""


def duration(seconds: float) -> str:
    """1:02:03, or 2:03 below an hour."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def megabytes(count: int) -> str:
    """Of a number of bytes: 812 MB, 12.3 GB; a megabyte is a million bytes."""
    return f"{count / 1e9:,.1f} GB" if count >= 10e9 else f"{count / 1e6:,.0f} MB"


def short(count: float, unit: str = "") -> str:
    """Three figures, k, M, G, T, P or E and the unit: 18.8 GFLOP."""
    size = 0
    while abs(float(f"{count:.3g}")) >= 1000 and size < len(_SIZES) - 1:
        count, size = count / 1000, size + 1
    figures = f"{count:#.3g}".rstrip(".") if size else f"{count:g}"
    return f"{figures} {_SIZES[size]}{unit}".rstrip()


_SIZES = ("", "k", "M", "G", "T", "P", "E")
