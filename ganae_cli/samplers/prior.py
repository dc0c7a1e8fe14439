"""The prior itself, for models that are trained to generate from it."""

import numpy as np

from ganae_cli.engine.game import Game
from ganae_cli.registry import register
from ganae_cli.samplers.random import normals


@register("sampler", "prior")
class Prior:
    """Standard normal codes, z ~ N(0, I). Nothing is fitted."""

    fits = False

    def fit(
        self, codes: np.ndarray, rows: np.ndarray | None = None, game: Game | None = None, seed: int = 0
    ) -> dict[str, np.ndarray]:
        return {}

    def draw(self, fitted: dict[str, np.ndarray], count: int, seed: int, game: Game) -> np.ndarray:
        return normals(count, game.z_dim, seed, "codes")
