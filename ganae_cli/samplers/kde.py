"""Kernel density estimate: a training code and some noise. Parzen 1962, doi:10.1214/aoms/1177704472.

The kernel has the covariance of the codes times h^2, with h = N^(-1 / (z_dim + 4)): Scott's rule (Scott 1992,
"Multivariate Density Estimation"), which has no unit, where RAE's fixed bandwidth of 0.425 has that of its codes. It is
the right width for one Gaussian, and wide for codes in clusters.
"""

import numpy as np

from ganae_cli.registry import register
from ganae_cli.samplers.gaussian import moments
from ganae_cli.samplers.random import apply, choose, normals


@register("sampler", "kde")
class KDE:
    """z = c + h L e: c one of the codes, e ~ N(0, I), L L^T their covariance. So the covariance is 1 + h^2 times it."""

    fits = True

    def fit(self, codes, rows=None, game=None, seed: int = 0) -> dict[str, np.ndarray]:
        bandwidth = len(codes) ** (-1 / (codes.shape[1] + 4))
        return {"codes": codes.astype(np.float32), "cholesky": bandwidth * moments(codes)[1]}

    def draw(self, fitted, count: int, seed: int = 0, game=None) -> np.ndarray:
        codes = fitted["codes"]
        chosen = codes[choose(np.ones(len(codes)), count, seed)]
        noise = normals(count, codes.shape[1], seed, "codes")
        return (chosen + apply(fitted["cholesky"], noise)).astype(np.float32)
