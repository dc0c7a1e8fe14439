"""Are neighbours of codes neighbours of inputs, and the other way round? Trustworthiness and continuity.

Venna & Kaski 2001, "Neighborhood preservation in nonlinear projection methods" (doi:10.1007/3-540-44668-0_68); the
normalisation is theirs, too, and that of scikit-learn.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.codes.pairs import MOST, chosen, distances

BLOCK = 256  # rows whose ranks are held at once


class Preservation(NamedTuple):
    """Higher is better: 1 where all neighbours are kept, about 0.5 for codes that have nothing to do with the inputs.

    trustworthiness: codes that are near are of inputs that are near. continuity: inputs that are near have codes that
    are near. Both float64 (N,), of each row; their means are the measures. rows: number of rows looked at.
    """

    trustworthiness: np.ndarray
    continuity: np.ndarray
    rows: int


def preservation(
    inputs: np.ndarray,
    codes: np.ndarray,
    count: int = 5,
    most: int = MOST,
    seed: int = 0,
    progress: Callable[[float], object] = lambda share: None,
) -> Preservation:
    """Return trustworthiness and continuity of codes (N, k) of inputs (N, …), for `count` neighbours of each row.

        1 - 2 / (N K (2N - 3K - 1)) Σ_i Σ_{j in U_i} (r(i, j) - K)

    U_i: the K nearest codes of row i that are not among its K nearest inputs, and r(i, j) the rank of j by distance of
    inputs; for continuity inputs and codes change places. Of more than `most` rows so many are taken at random: K is
    then of a thinner sample, so compare numbers of equal N and K. K must be less than N / 2.
    """
    part = chosen(len(inputs), most, seed)
    count = min(count, (len(part) - 1) // 2)
    if count < 1:
        raise ValueError(f"trustworthiness takes at least 3 rows, not {len(part)}")
    of_inputs, of_codes = distances(inputs[part]), distances(codes[part])
    for given in (of_inputs, of_codes):
        np.fill_diagonal(given, -1)  # a row comes before its copies, at the rank 0
    scale = 2 / (count * (2 * len(part) - 3 * count - 1))
    penalties = np.empty((2, len(part)))
    for begin in range(0, len(part), BLOCK):
        block = slice(begin, begin + BLOCK)
        ranks = [_ranks(given[block]) for given in (of_inputs, of_codes)]
        for which, (far, near) in enumerate((ranks, ranks[::-1])):
            excess = np.where((near > 0) & (near <= count), np.maximum(far - count, 0), 0)
            penalties[which, block] = excess.sum(axis=1)
        progress(min(1.0, (begin + BLOCK) / len(part)))
    trustworthiness, continuity = 1 - scale * penalties
    return Preservation(trustworthiness, continuity, len(part))


def _ranks(rows: np.ndarray) -> np.ndarray:
    """Return the rank of each number within its row, from 0; equal numbers by their place.

    >>> _ranks(np.array([[0.3, -1.0, 0.2]])).tolist()
    [[2, 0, 1]]
    """
    order = np.argsort(rows, axis=1, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.broadcast_to(np.arange(rows.shape[1]), rows.shape), axis=1)
    return found
