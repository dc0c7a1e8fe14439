"""Comparison of a file with the network that it was made from, on real rows, by the runtime of its format."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.export.exportable import Exportable

# Most that outputs may differ, on average and at most: float32, relative to the largest number of the output, or to 1
# if that is less; uint8, in levels, as a number half-way between two may go either way. A layer that computes something
# else is far beyond. Sums in another order differ by 1e-7 to 6e-6 at most; single numbers of narrow networks that
# normalise few features, by up to 2e-5.
ON_AVERAGE, AT_MOST = 1e-5, 2e-4
LEVELS_ON_AVERAGE, LEVELS = 0.05, 1.0

Arrays = dict[str, np.ndarray]


class Difference(NamedTuple):
    """Between an output of the network and of the file, largest and mean; scale: the largest number of the output."""

    output: str
    largest: float
    mean: float
    scale: float
    most: float
    most_on_average: float

    @property
    def is_rounding(self) -> bool:
        """Return True if it is small enough to be of rounding."""
        return self.largest <= self.most and self.mean <= self.most_on_average


def differences(run: Callable[[Arrays], Arrays], exported: Exportable) -> list[Difference]:
    """Return the differences of each output, over the real rows, and over the first of them alone.

    run: the file as a function. Raises UserError if it cannot be run, or gives other outputs.
    """
    found: dict[str, Difference] = {}
    for rows in (exported.rows, {name: one[:1] for name, one in exported.rows.items()}):
        made, expected = run(rows), exported.expected(rows)
        if set(made) != set(expected):
            raise UserError(f"the file gives {', '.join(made)}, expected {', '.join(expected)}")
        for name, right in expected.items():
            one = _difference(name, made[name], right)
            found[name] = max(one, found.get(name, one), key=lambda each: each.largest)
    return list(found.values())


def _difference(name: str, made: np.ndarray, right: np.ndarray) -> Difference:
    if made.shape != right.shape or made.dtype != right.dtype:
        raise UserError(f"the file gives {name} {made.dtype} {made.shape}, expected {right.dtype} {right.shape}")
    apart = np.abs(made.astype(np.float64) - right.astype(np.float64))
    scale = float(np.abs(right.astype(np.float64)).max())
    largest, mean = (float(of(apart)) if np.isfinite(apart).all() else float("inf") for of in (np.max, np.mean))
    if right.dtype == np.uint8:
        return Difference(name, largest, mean, scale, LEVELS, LEVELS_ON_AVERAGE)
    unit = max(1.0, scale)
    return Difference(name, largest, mean, scale, AT_MOST * unit, ON_AVERAGE * unit)


def refuse(found: list[Difference], form: str) -> None:
    """Raise UserError for a file that computes other numbers than the network."""
    for one in found:
        if not one.is_rounding:
            raise UserError(
                f"--format {form}: the file was written and computes something else: {one.output} differ by "
                f"{one.mean:.2g} on average and by up to {one.largest:.2g} (allowed: {one.most_on_average:.1g} and "
                f"{one.most:.1g}); nothing is kept (--no-verify keeps it nevertheless)"
            )
