"""Datasets of points in the plane, mixtures of Gaussians with known modes, so that missing modes can be counted."""

from dataclasses import replace

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.labels import numbered
from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.errors import UserError
from ganae_cli.registry import register

TEST_POINTS = 10_000
BYTES_OF_ROW = 48  # while points are drawn: a label, its centre, and the noise
BYTES_OF_MODE = 112  # and the name of its class


@register("dataset", "ring")
def ring(
    modes: int = 8,
    radius: float = 1.0,
    std: float = 0.01,
    count: int = 100_000,
    seed: int = 0,
    standardize: bool = False,
) -> Data:
    """Return points of equally likely Gaussians on a circle, at the angles 2 pi k / modes, k = 0 … modes - 1.

    So all centres are distinct. Many published programs take linspace(0, 2 pi, modes), whose last angle equals the
    first: their ring of 8 has 7 modes, one of them twice as likely.

    >>> (ring(modes=4, radius=2.0, count=10).modes.round(6) + 0.0).tolist()
    [[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [0.0, -2.0]]
    """
    refuse_beyond_memory("dataset.modes", _at_least_one("modes", modes) * BYTES_OF_MODE)
    angles = 2 * np.pi * np.arange(modes) / modes
    return _mixture("ring", radius * np.stack([np.cos(angles), np.sin(angles)], axis=1), std, count, seed, standardize)


@register("dataset", "grid")
def grid(
    side: int = 5,
    spacing: float = 2.0,
    std: float = 0.05,
    count: int = 100_000,
    seed: int = 0,
    standardize: bool = False,
) -> Data:
    """Return points of side x side equally likely Gaussians on a square lattice, by default at -4, -2, 0, 2, 4.

    >>> grid(side=2, spacing=3.0, count=10).modes.tolist()
    [[-1.5, -1.5], [-1.5, 1.5], [1.5, -1.5], [1.5, 1.5]]
    """
    refuse_beyond_memory("dataset.side", _at_least_one("side", side) ** 2 * BYTES_OF_MODE)
    line = spacing * (np.arange(side) - (side - 1) / 2)
    return _mixture(
        "grid", np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2), std, count, seed, standardize
    )


def _mixture(name: str, centres: np.ndarray, std: float, count: int, seed: int, standardize: bool) -> Data:
    """Return a mixture of equally likely Gaussians; training and test points have random streams of their own."""
    refuse_beyond_memory("dataset.count", _at_least_one("count", count) * BYTES_OF_ROW)
    if not std > 0:
        raise UserError(f"dataset.std must be greater than 0, got {std}")
    train, train_labels = _draw(centres, std, count, np.random.Generator(np.random.PCG64(seed)))
    test, test_labels = _draw(centres, std, TEST_POINTS, np.random.Generator(np.random.PCG64([seed, 1])))
    classes, std = numbered(len(centres)), float(std)
    data = Data(name, train, test, train_labels, test_labels, classes=classes, modes=centres, mode_std=std)
    return replace(data, standardize=standardize)


def _draw(centres: np.ndarray, std: float, count: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    labels = random.integers(len(centres), size=count)
    points = centres[labels] + std * random.standard_normal((count, centres.shape[1]))
    return points.astype(np.float32), labels


def _at_least_one(option: str, value: int) -> int:
    if value < 1:
        raise UserError(f"dataset.{option} must be 1 or more, got {value}")
    return value
