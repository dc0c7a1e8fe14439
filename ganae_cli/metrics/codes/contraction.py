"""The contraction curve: how much an encoder shortens distances, by their length (Rifai et al. 2011).

Rifai, Vincent, Muller, Glorot, Bengio 2011, "Contractive auto-encoders", ICML. The ratio ‖f(x) - f(x')‖ / ‖x - x'‖, of
inputs x and points x' at a distance r from them. The paper takes the mean; the median is not moved by a few inputs.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.codes.moments import spread
from ganae_cli.metrics.codes.pairs import MOST, chosen


class Contraction(NamedTuple):
    """radii: float64 (R,), as asked for. ratios: float64 (R,), the median at each; nan where no input moved.

    relative: the same, times S_x / S_z, the root mean square distances between two inputs and between two codes. It
    does not depend on the scale of codes, which a decoder undoes: an encoder that keeps all distances but for scale has
    1, one that is deaf to changes which are not of the data less. 0 if all codes are alike.
    rows: float64 (R, N), the ratio of each input; nan where it did not move.
    """

    radii: np.ndarray
    ratios: np.ndarray
    relative: np.ndarray
    rows: np.ndarray


def contraction_curve(
    encode: Callable[[np.ndarray], np.ndarray],
    inputs: np.ndarray,
    radii: Sequence[float],
    most: int = MOST,
    seed: int = 0,
    progress: Callable[[float], object] = lambda share: None,
) -> Contraction:
    """Return the contraction curve of an encoder: (N, …) -> codes (N, k). radii: in the unit of the inputs.

    Each input is moved once by each radius, in a random direction of its own, the same for all radii. Images of whole
    numbers, uint8, are rounded and cut to 0 … 255, and the distance is that which they then have moved. Of more than
    `most` inputs so many are taken at random.

    >>> inputs = np.random.default_rng(1).normal(size=(50, 4))
    >>> contraction_curve(lambda x: 3 * x[:, :4], inputs, [0.1, 1.0]).relative.round(6).tolist()
    [1.0, 1.0]
    """
    inputs = inputs[chosen(len(inputs), most, seed)]
    codes, moved = encode(inputs), []
    for number, radius in enumerate(radii):
        others = displaced(inputs, radius, seed)
        moved.append(contraction_ratios(inputs, others, codes, encode(others)))
        progress((number + 1) / len(radii))
    rows = np.array(moved).reshape(len(radii), len(inputs))
    ratios = np.array([np.median(row[np.isfinite(row)]) if np.isfinite(row).any() else np.nan for row in rows])
    of_codes = spread(codes)
    relative = ratios * (spread(inputs) / of_codes) if of_codes > 0 else np.zeros(len(radii))
    return Contraction(np.asarray(radii, np.float64), ratios, relative, rows)


def contraction_ratios(
    inputs: np.ndarray, others: np.ndarray, codes: np.ndarray, other_codes: np.ndarray
) -> np.ndarray:
    """Return ‖f(x) - f(x')‖ / ‖x - x'‖ of each row, float64 (N,); nan where x' is x.

    inputs, others: x and x' (N, …). codes, other_codes: f(x) and f(x') (N, k).

    >>> contraction_ratios(np.zeros((2, 2)), np.array([[3, 4], [0, 0]]), np.zeros((2, 1)), np.ones((2, 1))).tolist()
    [0.2, nan]
    """
    lengths, found = _lengths(inputs, others), _lengths(codes, other_codes)
    return np.divide(found, lengths, out=np.full(len(inputs), np.nan), where=lengths > 0)


def displaced(inputs: np.ndarray, radius: float, seed: int = 0) -> np.ndarray:
    """Return each input (N, …) moved by `radius` in a random direction; uint8 stays uint8, rounded and cut.

    The direction of an input depends on the seed and its place alone.
    """
    random = np.random.default_rng(seed)
    found = np.empty_like(inputs)
    for i, row in enumerate(inputs):
        direction = random.normal(size=row.shape)
        moved = row + radius * direction / np.linalg.norm(direction)
        found[i] = np.rint(moved).clip(0, 255) if inputs.dtype == np.uint8 else moved
    return found


def _lengths(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the Euclidean distance of each row to the other one of its place, one by one: images may be large."""
    pairs = zip(rows, others, strict=True)
    return np.array([np.sqrt(np.square(np.subtract(a, b, dtype=np.float64)).sum()) for a, b in pairs])
