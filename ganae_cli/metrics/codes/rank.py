"""How many directions latent codes use: several counts of one spectrum. None of them depends on the scale of codes.

The spectrum is that of the centred codes: σ_1 ≥ σ_2 ≥ …, the standard deviations along their principal directions
(singular values over (N - 1)^½), and λ_i = σ_i² the eigenvalues of their covariance. Codes that fill k dimensions alike
score k; codes on a line 1; codes that are all alike 0, by convention. Higher means more directions, which is not better
by itself. N codes have N - 1 directions at most, and of few random codes some look longer than others: 1,000 of N(0, I)
in 100 dimensions have an effective rank of 98.7, a participation ratio of 91 and a stable rank of 59.
"""

from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.codes.moments import eigenvalues, moments


class Rank(NamedTuple):
    """Counts of the directions that codes use. spectrum: float64 (k,), standard deviations, descending.

    effective_rank: exp(-Σ p_i log p_i) with p_i = σ_i / Σ σ (Roy & Vetterli 2007, EUSIPCO, definition 1), of singular
        values; of eigenvalues it would be smaller. RankMe (arXiv:2210.02885) is the same of codes that are not centred.
    participation_ratio: (Σ λ)² / Σ λ².
    stable_rank: Σ λ / λ_1, squared Frobenius norm over squared spectral norm.
    components_95, components_99: principal components that together have 95 % and 99 % of the variance.
    """

    effective_rank: float
    participation_ratio: float
    stable_rank: float
    components_95: int
    components_99: int
    spectrum: np.ndarray


def rank(codes: np.ndarray) -> Rank:
    """Return how many directions codes (N, k) use, N at least 2.

    The corners of a rectangle 2 by 1 have the singular values 2 and 1, so p = (2/3, 1/3) and λ = (4, 1):

    >>> found = rank(np.array([[0, 0], [2, 0], [0, 1], [2, 1]], float))
    >>> round(found.effective_rank, 4), round(found.participation_ratio, 4), found.stable_rank, found.components_95
    (1.8899, 1.4706, 1.25, 2)
    """
    values = eigenvalues(moments(codes)[1])[::-1]
    largest = float(values[0])
    # Eigenvalues below this are rounding of the largest: the square of single precision's, in which codes come.
    values = np.where(values > largest * 1e-13, values, 0.0)
    spectrum = np.sqrt(values)
    if largest <= 0:
        return Rank(0.0, 0.0, 0.0, 0, 0, spectrum)
    shares = spectrum[spectrum > 0] / spectrum.sum()
    explained = np.cumsum(values) / values.sum()
    return Rank(
        float(np.exp(-np.sum(shares * np.log(shares)))),
        float(values.sum() ** 2 / np.square(values).sum()),
        float(values.sum() / largest),
        int(np.searchsorted(explained, 0.95 - 1e-12)) + 1,
        int(np.searchsorted(explained, 0.99 - 1e-12)) + 1,
        spectrum,
    )
