"""Paths between latent codes. Arrays in, arrays out; without TensorFlow."""

import numpy as np

LINEAR, SLERP = "linear", "slerp"
PATHS = (LINEAR, SLERP)
PARALLEL = 1e-6  # sine of an angle below which no arc is computed from it


def linear(begin: np.ndarray, end: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the points (1 - t) a + t b of straight lines, (N, S, d). begin, end: (N, d). shares: t, (S,).

    >>> linear(np.array([[0.0, 2.0]]), np.array([[4.0, 2.0]]), np.array([0, 0.25, 1])).tolist()
    [[[0.0, 2.0], [1.0, 2.0], [4.0, 2.0]]]
    """
    t = np.asarray(shares)[None, :, None]
    return (1 - t) * begin[:, None] + t * end[:, None]


def slerp(begin: np.ndarray, end: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return points of great arcs, (N, S, d): (sin((1 - t) w) a + sin(t w) b) / sin w, w the angle between a and b.

    Shoemake 1985, "Animating rotation with quaternion curves"; for codes of a Gaussian prior White 2016,
    arXiv:1609.04468, section 2.1. These lie in a thin shell around 0, which a straight line leaves: its middle is
    nearer to 0 than codes are. Vectors of equal length keep it; others pass over to each other.

    Where there is no such arc: parallel vectors, and one that is 0, are joined by a line. Opposite ones by the half
    circle through the axis that they share least with, its radius passing over from one length to the other; in one
    dimension, where there is none, by a line.

    >>> halfway = slerp(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), np.array([0.5]))
    >>> halfway.round(4).tolist()
    [[[0.7071, 0.7071]]]
    """
    a, b = np.asarray(begin, np.float64), np.asarray(end, np.float64)
    return np.stack([_arc(one, other, np.asarray(shares, np.float64)) for one, other in zip(a, b, strict=True)])


def _arc(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    line = linear(a[None], b[None], t)[0]
    if min(lengths) == 0:
        return line
    one, other = a / lengths[0], b / lengths[1]
    angle = 2 * np.arctan2(np.linalg.norm(one - other), np.linalg.norm(one + other))  # exact near 0 and near pi
    if np.sin(angle) >= PARALLEL:
        weights = np.sin(np.stack([1 - t, t]) * angle) / np.sin(angle)
        return weights[0][:, None] * a + weights[1][:, None] * b
    if angle < 1 or len(a) == 1:
        return line
    aside = np.zeros_like(one)
    aside[np.abs(one).argmin()] = 1
    aside -= (aside @ one) * one
    aside /= np.linalg.norm(aside)
    radius = (1 - t) * lengths[0] + t * lengths[1]
    return radius[:, None] * (np.cos(np.pi * t)[:, None] * one + np.sin(np.pi * t)[:, None] * aside)


def between(begin: np.ndarray, end: np.ndarray, steps: int, path: str) -> np.ndarray:
    """Return `steps` codes of each path at equal distances in t, with both ends, float32 (N, steps, d)."""
    join = slerp if path == SLERP else linear
    return join(begin, end, np.linspace(0, 1, steps)).astype(np.float32)
