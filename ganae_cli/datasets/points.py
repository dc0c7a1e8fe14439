"""Datasets of points in the plane: mixtures of Gaussians, whose missing modes can be counted, and spirals."""

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


@register("dataset", "spiral")
def spiral(
    arms: int = 2,
    turns: float = 1.5,
    radius: float = 2.0,
    std: float = 0.05,
    count: int = 100_000,
    seed: int = 0,
    standardize: bool = False,
) -> Data:
    """Return points around the arms of Archimedean spirals; the label of a point is its arm.

    Arm k of K is s -> s radius (cos a, sin a), a = 2 pi (turns s + k / K), with Gaussian noise of standard deviation
    `std` in both directions. s is the square root of a number drawn evenly from [0, 1], because the arm's length grows
    about as s^2: so points lie about evenly along it. With two arms they are the problem of Lang & Witbrock 1988,
    "Learning to tell two spirals apart", with noise; the square root is that of FFJORD's: Grathwohl et al. 2019,
    arXiv:1810.01367. There are no modes to count: the data lie on curves.
    """
    for option, value in (("turns", turns), ("radius", radius), ("std", std)):
        _greater_than_zero(option, value)
    refuse_beyond_memory("dataset.arms", _at_least_one("arms", arms) * BYTES_OF_MODE)
    refuse_beyond_memory("dataset.count", _at_least_one("count", count) * BYTES_OF_ROW)

    def draw(rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        labels, s = random.integers(arms, size=rows), np.sqrt(random.random(rows))
        angles = 2 * np.pi * (turns * s + labels / arms)
        points = radius * s[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return (points + std * random.standard_normal(points.shape)).astype(np.float32), labels

    train, train_labels = draw(count, np.random.Generator(np.random.PCG64(seed)))
    test, test_labels = draw(TEST_POINTS, np.random.Generator(np.random.PCG64([seed, 1])))
    return Data("spiral", train, test, train_labels, test_labels, classes=numbered(arms), standardize=standardize)


def _mixture(name: str, centres: np.ndarray, std: float, count: int, seed: int, standardize: bool) -> Data:
    """Return a mixture of equally likely Gaussians; training and test points have random streams of their own."""
    refuse_beyond_memory("dataset.count", _at_least_one("count", count) * BYTES_OF_ROW)
    _greater_than_zero("std", std)
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


def _greater_than_zero(option: str, value: float) -> None:
    if not value > 0:
        raise UserError(f"dataset.{option} must be greater than 0, got {value}")
