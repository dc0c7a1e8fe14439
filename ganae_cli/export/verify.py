"""Comparison of a file with the network that it was made from, on real rows, by the runtime of its format."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.export.exportable import Exportable

# Of float32, relative to the largest number of the output, or to 1 if that is less. Sums in another order differ by up
# to 6e-6 in networks of usual width, in wide ones by somewhat more; a layer that computes something else, by far more.
TOLERANCE = 2e-5
LEVELS = 1  # of uint8: a number half-way between two levels may go either way

Arrays = dict[str, np.ndarray]


class Difference(NamedTuple):
    """Between an output of the network and of the file: largest, mean, largest number of the output, most allowed."""

    output: str
    largest: float
    mean: float
    scale: float
    allowed: float


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
    allowed = LEVELS if right.dtype == np.uint8 else TOLERANCE * max(1.0, scale)
    largest = float(apart.max()) if np.isfinite(apart).all() else float("inf")
    return Difference(name, largest, float(apart.mean()), scale, float(allowed))


def refuse(found: list[Difference], form: str) -> None:
    """Raise UserError for a file that computes other numbers than the network."""
    for one in found:
        if not one.largest <= one.allowed:
            raise UserError(
                f"--format {form}: the file was written and computes something else: {one.output} differ by up to "
                f"{one.largest:.3g} (allowed: {one.allowed:.2g}); nothing is kept (--no-verify keeps it nevertheless)"
            )
