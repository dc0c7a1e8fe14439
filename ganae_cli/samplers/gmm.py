"""Mixture of Gaussians that is fitted to the codes after training: Ghosh et al. 2020 (RAE), arXiv:1903.12436.

The paper takes ten components with full covariances (`model.components=10`); here, unless a number is given, there are
more where the codes call for them: see `components.py`. They are fitted to standardised codes, so that the scale of the
codes does not matter.
"""

import numpy as np

from ganae_cli.engine.game import Game
from ganae_cli.registry import register
from ganae_cli.samplers import components
from ganae_cli.samplers.gaussian import moments
from ganae_cli.samplers.random import choose_weighted, multiply_rows, normals


@register("sampler", "gmm")
class GMM:
    """Codes from sum_k w_k N(m_k, L_k L_k^T), fitted by expectation maximisation that starts from k-means."""

    fits = True

    def fit(
        self, codes: np.ndarray, rows: np.ndarray | None = None, game: Game | None = None, seed: int = 0
    ) -> dict[str, np.ndarray]:
        wanted = getattr(game, "components", None)
        most = components.most_for(len(codes), codes.shape[1], fewest=1 if wanted else components.FEWEST)
        if min(most, wanted or most) == 1:  # known in closed form
            middle, cholesky = moments(codes)
            return {"weights": np.ones(1), "means": middle[None], "cholesky": cholesky[None]}
        x, mean, std = _standardised(codes.astype(np.float64))
        if wanted:
            mixture = components.fitted(x, min(wanted, most), seed, rounds=components.ALL_ROUNDS)
        else:
            mixture = components.chosen(x, seed)
            if len(x) > components.TRIED:
                mixture = components.fitted(x, len(mixture.weights_), seed, start=mixture)
        # From standardised codes back to the units of the codes.
        return {
            "weights": mixture.weights_,
            "means": mean + std * mixture.means_,
            "cholesky": std[:, None] * np.linalg.cholesky(mixture.covariances_),
        }

    def shapes(self, codes: int, shape: tuple[int, ...]) -> dict[str, tuple]:
        """Return the shapes of what was fitted to codes of so many numbers of data of a shape. See `fitted.fault`."""
        return {"weights": ("k",), "means": ("k", codes), "cholesky": ("k", codes, codes)}

    def draw(self, fitted: dict[str, np.ndarray], count: int, seed: int = 0, game: Game | None = None) -> np.ndarray:
        chosen = choose_weighted(fitted["weights"], count, seed)
        noise = normals(count, fitted["means"].shape[1], seed, "codes")
        z = fitted["means"][chosen]
        for k, cholesky in enumerate(fitted["cholesky"]):  # by component: a matrix per sample would fill the memory
            z[chosen == k] += multiply_rows(cholesky, noise[chosen == k])
        return z.astype(np.float32)


def _standardised(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mean, std = codes.mean(axis=0), codes.std(axis=0)
    std[std == 0] = 1.0
    return (codes - mean) / std, mean, std
