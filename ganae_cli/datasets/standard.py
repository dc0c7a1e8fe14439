"""Standardised points: networks see columns of mean 0 and standard deviation 1, users see the units of their data."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ganae_cli.datasets.rows import Array, blocks, bounds

LARGE, SMALL = 20.0, 0.05  # networks begin with outputs of about 1: a greatest number, a standard deviation far from it
COARSE = 1e-5  # of the largest number of a column: what differs by less has two digits left in float32, or none
LOOKED_AT = 10_000  # rows whose standard deviation is looked at


class Standard(NamedTuple):
    """Mean and standard deviation of each column of the training points, float64 (D,).

    >>> standard = Standard.of(np.array([[0.0, 5.0], [300.0, 5.0]]))
    >>> standard.apply(np.array([[300.0, 6.0]])).tolist(), standard.undo(np.array([[-1.0, 0.0]])).tolist()
    ([[1.0, 1.0]], [[0.0, 5.0]])
    """

    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def of(cls, points: Array) -> "Standard":
        """Measure points (N, D), in two passes, in float64. A column without spread is only shifted: its std is 1."""
        mean = sum(block.sum(axis=0, dtype=np.float64) for block in blocks(points)) / len(points)
        square = sum(((block - mean) ** 2).sum(axis=0) for block in blocks(points)) / len(points)
        std = np.sqrt(square)
        return cls(np.asarray(mean), np.where(std > 0, std, 1.0))

    @classmethod
    def read(cls, facts: dict[str, Any]) -> "Standard | None":
        """Return what `facts` has written to a checkpoint's JSON file, to the last bit; None if it is not there."""
        found = facts.get("standard")
        return cls(*(np.array(found[key], np.float64) for key in ("mean", "std"))) if found else None

    def facts(self) -> dict[str, Any]:
        """Return both as a section `standard` of a JSON file."""
        return {"standard": {"mean": self.mean.tolist(), "std": self.std.tolist()}}

    def apply(self, points: np.ndarray) -> np.ndarray:
        """Return points in the units of the data as the networks see them: float32 (x - mean) / std."""
        return ((points - self.mean) / self.std).astype(np.float32)

    def undo(self, points: np.ndarray) -> np.ndarray:
        """Return points of the networks in the units of the data: float32 x std + mean."""
        return (points * self.std + self.mean).astype(np.float32)


def hardly_told_apart(names: Sequence[str], least: np.ndarray, greatest: np.ndarray) -> list[str]:
    """Return a line for each column of numbers that float32 hardly tells apart, such as times in seconds.

    names: of the columns, as a line begins with. least, greatest: bounds (D,) of each.

    >>> hardly_told_apart(["time", "x"], np.array([1.7e9, 0.0]), np.array([1.7e9 + 9000, 1.0]))
    ['time goes from 1700000000 to 1700009000: float32 hardly tells its numbers apart; subtract the first one']
    """
    return [
        f"{name} goes from {low:.12g} to {high:.12g}: float32 hardly tells its numbers apart; subtract the first one"
        for name, low, high in zip(names, least, greatest, strict=True)
        if 0 < high - low < COARSE * max(abs(low), abs(high))
    ]


def unusual_scale(points: Array) -> str | None:
    """Return where points lie, if that is far from the scale of about 1 at which networks begin; else None.

    >>> unusual_scale(np.array([[0.0], [300.0]]))
    'the training points go from 0 to 300, with standard deviations of 150 to 150'
    >>> unusual_scale(np.array([[-1.0], [3.0]])) is None
    True
    """
    least, greatest = bounds(points)
    some = np.asarray(points[:: max(1, len(points) // LOOKED_AT)], np.float64)
    smallest, largest = float(some.std(axis=0).min()), float(some.std(axis=0).max())
    if max(-least, greatest) <= LARGE and largest >= SMALL:
        return None
    spread = f"with standard deviations of {smallest:.3g} to {largest:.3g}"
    return f"the training points go from {least:.4g} to {greatest:.4g}, {spread}"
