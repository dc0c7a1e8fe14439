"""A mixture of Gaussians, fitted after training: Ghosh et al. 2020 (RAE), arXiv:1903.12436.

Ten components with full covariances, as there; ours are fitted to standardised codes, so that their scale is of no
account.
"""

import warnings

import numpy as np

from ganae_cli.registry import register
from ganae_cli.samplers.gaussian import moments
from ganae_cli.samplers.random import apply, choose, normals

COMPONENTS = 10
CODES_PER_NUMBER = 2  # and component, at least: fewer codes get fewer components
REGULARISATION = 1e-6  # added to variances of standardised codes


@register("sampler", "gmm")
class GMM:
    """sum_k w_k N(m_k, L_k L_k^T) by expectation maximisation, from k-means."""

    fits = True

    def fit(self, codes, rows=None, game=None, seed: int = 0) -> dict[str, np.ndarray]:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture  # half a second of import that a prior does not pay

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
            found = GaussianMixture(components, **options).fit((codes - mean) / std)
        # Back to the codes' own units.
        return {
            "weights": found.weights_,
            "means": mean + std * found.means_,
            "cholesky": std[:, None] * np.linalg.cholesky(found.covariances_),
        }

    def draw(self, fitted, count: int, seed: int = 0, game=None) -> np.ndarray:
        chosen = choose(fitted["weights"], count, seed)
        noise = normals(count, fitted["means"].shape[1], seed, "codes")
        z = fitted["means"][chosen]
        for k, cholesky in enumerate(fitted["cholesky"]):  # one by one: a matrix for each sample would fill the memory
            z[chosen == k] += apply(cholesky, noise[chosen == k])
        return z.astype(np.float32)
