"""Collisions: different inputs with one latent code (收缩). What an encoder merges, no decoder can tell apart.

Both measures look at the inputs and their codes alone, so they need neither labels nor a decoder, and neither depends
on the scale of inputs or codes.
"""

from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.codes.moments import spread
from ganae_cli.metrics.codes.pairs import MOST, chosen, distances
from ganae_cli.metrics.nearest import nearest

NEAR = 0.01  # of the spread of all codes: two codes that are nearer count as one
RESOLUTION = 1e-6  # of the size of codes: what single precision leaves of a difference, with the rounding of a network


class Collisions(NamedTuple):
    """Lower is better. rate: share of the pairs of different inputs that have one code; 1 if all codes are alike.

    inputs: share of the inputs that share their code with at least one different input. pairs: number of pairs looked
    at. radius: how near two codes have to be, in units of the code. rows: number of inputs looked at.
    """

    rate: float
    inputs: float
    pairs: int
    radius: float
    rows: int


def collisions(
    inputs: np.ndarray, codes: np.ndarray, near: float = NEAR, most: int = MOST, seed: int = 0
) -> Collisions | None:
    """Return how often different inputs (N, …) have one code (N, k).

    Two inputs are different if their distance is at least the median of all pairs (and not 0). Their codes are one if

        ‖z_i - z_j‖ ≤ max(0.01 S, 1e-6 R),  S² = mean of ‖z_i - z_j‖² over all pairs,  R² = mean of ‖z_i‖².

    S, the spread of the codes, is that of all of them, so a few collapsed ones do not lower the bar; R tells codes that
    are all alike but for rounding, whose spread means nothing. A definition of ours. By chance, pairs of codes from
    N(0, I) in k dimensions collide at a rate of 0.008 for k = 1, 1e-4 for k = 2, and 1e-6 for k = 3. Of more than
    `most` inputs so many are taken at random. None if there are no different inputs.

    Of four inputs on a line, the three pairs farthest apart are different; two of them have the code 0:

    >>> collisions(np.array([[0.0], [1.0], [5.0], [7.0]]), np.array([[0.0], [1.0], [0.0], [0.0]]))[:3]
    (0.6666666666666666, 0.75, 3)
    """
    part = chosen(len(inputs), most, seed)
    inputs, codes = inputs[part], codes[part]
    if len(part) < 2:
        return None
    upper = np.triu_indices(len(part), 1)
    between = distances(inputs)
    is_different = between >= max(float(np.median(between[upper])), np.finfo(float).tiny)
    count = int(np.count_nonzero(is_different)) // 2
    if not count:
        return None
    size = float(np.sqrt(np.mean(np.square(codes, dtype=np.float64).sum(axis=1))))
    radius = max(near * spread(codes), RESOLUTION * size)
    is_one = (distances(codes) <= radius) & is_different
    return Collisions(
        float(np.count_nonzero(is_one) / (2 * count)), float(is_one.any(axis=1).mean()), count, radius, len(part)
    )


def lower_lipschitz(
    inputs: np.ndarray,
    codes: np.ndarray,
    quantile: float = 0.05,
    count: int = 5,
    most: int = MOST,
    seed: int = 0,
) -> float | None:
    """Return how much the encoder draws neighbours together where it does so most: a low quantile of

        (‖z_i - z_j‖ / S_z) / (‖x_i - x_j‖ / S_x)

    over the pairs of each input (N, …) and its `count` nearest others. S is the root mean square distance of all pairs,
    which makes the ratio free of scales. 0: neighbours have one code; 1: an encoder that keeps all distances, but for
    scale. Where it is not 0, the encoder is one-to-one on these pairs, and its inverse not too steep: the lower one of
    the two bounds of a bi-Lipschitz map, in the sample. 0 if all codes are alike, None if all inputs are.

    >>> line = np.arange(10.0)[:, None]
    >>> round(lower_lipschitz(line, 3 * line), 6), lower_lipschitz(line, np.floor(line / 2))
    (1.0, 0.0)
    """
    part = chosen(len(inputs), most, seed)
    inputs, codes = inputs[part], codes[part].astype(np.float64)
    near = nearest(inputs, inputs, count=min(count, len(part) - 1), own=np.arange(len(part)))
    is_pair = (near.distances > 0) & (near.indices >= 0)
    if not is_pair.any():
        return None
    moved = np.linalg.norm(codes[near.indices] - codes[:, None], axis=2)[is_pair]
    of_codes = spread(codes)
    if of_codes == 0:
        return 0.0
    return float(np.quantile(moved / near.distances[is_pair], quantile)) * spread(inputs) / of_codes
