"""Kernel density estimate: a training code plus noise. Parzen 1962, doi:10.1214/aoms/1177704472.

The kernel has the covariance of the codes times h^2, with h = N^(-1 / (z_dim + 4)): Scott's rule (Scott 1992,
"Multivariate Density Estimation"). This h has no unit, while the fixed bandwidth of 0.425 in RAE has the unit of its
codes. It is the right width for one Gaussian, and too wide for codes in clusters.
"""

import numpy as np

from ganae_cli.engine.game import Game
from ganae_cli.registry import register
from ganae_cli.samplers.gaussian import moments
from ganae_cli.samplers.random import choose_weighted, multiply_rows, normals


@register("sampler", "kde")
class KDE:
    """Codes z = c + h L e, where c is one of the training codes, e ~ N(0, I) and L L^T the covariance of the codes.

    So the covariance of z is 1 + h^2 times that of the codes.
    """

    fits = True

    def fit(
        self, codes: np.ndarray, rows: np.ndarray | None = None, game: Game | None = None, seed: int = 0
    ) -> dict[str, np.ndarray]:
        bandwidth = len(codes) ** (-1 / (codes.shape[1] + 4))
        return {"codes": codes.astype(np.float32), "cholesky": bandwidth * moments(codes)[1]}

    def shapes(self, codes: int, shape: tuple[int, ...]) -> dict[str, tuple]:
        """Return the shapes of what was fitted to codes of so many numbers of data of a shape. See `fitted.fault`."""
        return {"codes": ("n", codes), "cholesky": (codes, codes)}

    def draw(self, fitted: dict[str, np.ndarray], count: int, seed: int = 0, game: Game | None = None) -> np.ndarray:
        codes = fitted["codes"]
        chosen = codes[choose_weighted(np.ones(len(codes)), count, seed)]
        noise = normals(count, codes.shape[1], seed, "codes")
        return (chosen + multiply_rows(fitted["cholesky"], noise)).astype(np.float32)
