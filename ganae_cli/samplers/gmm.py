"""Mixture of Gaussians that is fitted to the codes after training: Ghosh et al. 2020 (RAE), arXiv:1903.12436.

Ten components with full covariances, as in the paper; here they are fitted to standardised codes, so that the scale of
the codes does not matter.
"""

import warnings

import numpy as np

from ganae_cli.engine.game import Game
from ganae_cli.registry import register
from ganae_cli.samplers.gaussian import moments
from ganae_cli.samplers.random import choose_weighted, multiply_rows, normals

COMPONENTS = 10
CODES_PER_NUMBER = 2  # codes needed for each of a component's z_dim + 1 numbers; fewer codes: fewer components
REGULARISATION = 1e-6  # added to the variances of standardised codes


@register("sampler", "gmm")
class GMM:
    """Codes from sum_k w_k N(m_k, L_k L_k^T), fitted by expectation maximisation that starts from k-means."""

    fits = True

    def fit(
        self, codes: np.ndarray, rows: np.ndarray | None = None, game: Game | None = None, seed: int = 0
    ) -> dict[str, np.ndarray]:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture  # imported here: takes half a second, which a prior does not need

        components = max(1, min(COMPONENTS, len(codes) // (CODES_PER_NUMBER * (codes.shape[1] + 1))))
        if components == 1:
            mean, cholesky = moments(codes)
            return {"weights": np.ones(1), "means": mean[None], "cholesky": cholesky[None]}
        codes = codes.astype(np.float64)
        mean, std = codes.mean(axis=0), codes.std(axis=0)
        std[std == 0] = 1.0
        options = {"reg_covar": REGULARISATION, "max_iter": 2000, "random_state": seed}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # equal codes, early in training, make one cluster
            mixture = GaussianMixture(components, **options).fit((codes - mean) / std)
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
