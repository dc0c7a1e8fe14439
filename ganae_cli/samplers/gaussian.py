"""One Gaussian with the mean and the full covariance of the codes: Ghosh et al. 2020 (RAE), arXiv:1903.12436."""

import numpy as np

from ganae_cli.engine.game import Game
from ganae_cli.registry import register
from ganae_cli.samplers.random import multiply_rows, normals

# Share of the codes' mean variance that is added to each variance, so that codes in a plane have a density too.
RIDGE = 1e-6


@register("sampler", "gaussian")
class Gaussian:
    """Gaussian codes, z = mean + L e with e ~ N(0, I) and L L^T the covariance of the codes."""

    fits = True

    def fit(
        self, codes: np.ndarray, rows: np.ndarray | None = None, game: Game | None = None, seed: int = 0
    ) -> dict[str, np.ndarray]:
        mean, cholesky = moments(codes)
        return {"mean": mean, "cholesky": cholesky}

    def shapes(self, codes: int, shape: tuple[int, ...]) -> dict[str, tuple]:
        """Return the shapes of what was fitted to codes of so many numbers of data of a shape. See `fitted.fault`."""
        return {"mean": (codes,), "cholesky": (codes, codes)}

    def draw(self, fitted: dict[str, np.ndarray], count: int, seed: int = 0, game: Game | None = None) -> np.ndarray:
        noise = normals(count, len(fitted["mean"]), seed, "codes")
        return (fitted["mean"] + multiply_rows(fitted["cholesky"], noise)).astype(np.float32)


def moments(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean (d,) and the lower Cholesky factor (d, d) of the covariance of codes (N, d), float64.

    Sums are divided by N; RIDGE times the mean variance is added to each variance.

    >>> mean, cholesky = moments(np.array([[0.0], [4.0]]))  # variance ((0 - 2)^2 + (4 - 2)^2) / 2 = 4
    >>> mean.tolist(), cholesky.round(4).tolist()
    ([2.0], [[2.0]])
    """
    codes = codes.astype(np.float64)
    centred = codes - codes.mean(axis=0)
    covariance = centred.T @ centred / len(codes)
    ridge = RIDGE * np.trace(covariance) / len(covariance) + np.finfo(np.float64).tiny ** 0.5
    return codes.mean(axis=0), np.linalg.cholesky(covariance + ridge * np.eye(len(covariance)))
