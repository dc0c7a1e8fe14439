"""The prior itself, for models that are trained to start from it."""

import numpy as np

from ganae_cli.registry import register
from ganae_cli.samplers.random import normals


@register("sampler", "prior")
class Prior:
    """z ~ N(0, I): nothing is fitted."""

    fits = False

    def fit(self, codes, rows=None, game=None, seed: int = 0) -> dict[str, np.ndarray]:
        return {}

    def draw(self, fitted, count: int, seed: int = 0, game=None) -> np.ndarray:
        return normals(count, game.z_dim, seed, "codes")
