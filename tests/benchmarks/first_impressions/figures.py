"""Figures over seeds: mean, spread, and a cell of the table with what was before and what is after."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

HIGHER, LOWER, NEITHER = 1, -1, 0
ARROW = " → "
Row = Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """A column of the table. digits: after the point; None: three figures in all. better: HIGHER, LOWER or NEITHER."""

    name: str
    title: str
    better: int = NEITHER
    digits: int | None = None

    def number(self, value: float) -> str:
        """Return a number as the table shows it.

        >>> Column("fid", "FID").number(33.505), Column("density", "", digits=2).number(0.5)
        ('33.5', '0.50')
        """
        if self.digits is not None:
            return f"{value:.{self.digits}f}"
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


@dataclass(frozen=True)
class Figure:
    """Mean of some values, and their standard deviation (of a sample: by n - 1); None for a single value."""

    mean: float
    spread: float | None
    count: int


def figure(values: Iterable[float]) -> Figure | None:
    """Return the figure of values; None if there are none.

    >>> figure([1.0, 2.0, 3.0]), figure([0.5])
    (Figure(mean=2.0, spread=1.0, count=3), Figure(mean=0.5, spread=None, count=1))
    """
    known = list(values)
    if not known:
        return None
    return Figure(statistics.fmean(known), statistics.stdev(known) if len(known) > 1 else None, len(known))


def cell(column: Column, figures: Sequence[Figure | None]) -> str:
    """Return one figure, or what was before and what is after, the better one in bold; "" if nothing is known.

    >>> cell(Column("fid", "FID", LOWER), [Figure(12.0, 1.0, 3), Figure(8.0, None, 1)])
    '12 ± 1 → **8**'
    >>> cell(Column("fid", "FID", LOWER), [None, Figure(8.0, None, 1)]), cell(Column("fid", "FID"), [None, None])
    ('→ 8', '')
    """
    if not any(figures):
        return ""
    texts = [_text(column, one) for one in figures]
    if len(texts) == 1:
        return texts[0]
    if all(figures) and column.better and column.number(figures[0].mean) != column.number(figures[1].mean):
        best = int((figures[1].mean - figures[0].mean) * column.better > 0)
        texts[best] = f"**{texts[best]}**"
    return ARROW.join(texts).strip()


def _text(column: Column, one: Figure | None) -> str:
    if one is None:
        return ""
    return column.number(one.mean) + ("" if one.spread is None else f" ± {column.number(one.spread)}")


def number(row: Row, name: str) -> float | None:
    """Return a cell of a CSV as a number; None if it is empty, missing or not finite."""
    try:
        found = float(row.get(name) or "nan")
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def of_held_out(row: Row) -> float | None:
    """Return the geometric mean of clipped density and clipped coverage, each divided by that of held-out pictures.

    So it is 1 for samples as good and as varied as real pictures, and 0 for those that are only one of both.

    >>> of_held_out({"density": "0.4", "density_held_out": "0.8", "coverage": "0.45", "coverage_held_out": "0.9"})
    0.5
    """
    parts = []
    for name in ("density", "coverage"):
        own, real = number(row, name), number(row, f"{name}_held_out")
        if own is None or not real:
            return None
        parts.append(own / real)
    return math.sqrt(parts[0] * parts[1])
