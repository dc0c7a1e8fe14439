"""One Gaussian with the mean and the full covariance of the codes: Ghosh et al. 2020 (RAE), arXiv:1903.12436."""

import numpy as np

from ganae_cli.registry import register
from ganae_cli.samplers.random import apply, normals

RIDGE = 1e-6  # of the codes' mean variance, added to each variance, so that codes in a plane have a density too


@register("sampler", "gaussian")
class Gaussian:
    """z = mean + L e, e ~ N(0, I), L L^T the covariance."""

    fits = True

    def fit(self, codes, rows=None, game=None, seed: int = 0) -> dict[str, np.ndarray]:
        mean, cholesky = moments(codes)
        return {"mean": mean, "cholesky": cholesky}

    def draw(self, fitted, count: int, seed: int = 0, game=None) -> np.ndarray:
        noise = normals(count, len(fitted["mean"]), seed, "codes")
        return (fitted["mean"] + apply(fitted["cholesky"], noise)).astype(np.float32)


def moments(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (d,) and the lower Cholesky factor (d, d) of the covariance of codes (N, d), float64."""
    codes = codes.astype(np.float64)
    centred = codes - codes.mean(axis=0)
    covariance = centred.T @ centred / len(codes)
    ridge = RIDGE * np.trace(covariance) / len(covariance) + np.finfo(np.float64).tiny ** 0.5
    return codes.mean(axis=0), np.linalg.cholesky(covariance + ridge * np.eye(len(covariance)))
