"""The latent codes of the model's own encoder: what the model itself holds for alike.

Two models cannot be compared by it, since each has a space of its own, and a model that ignores a difference is not
caught at it. It shows whether samples lie where the codes of data lie.
"""

from typing import Any

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features.base import Embedded, Encode, FeatureSpace, Progress, Say, refuse_others
from ganae_cli.registry import register

BLOCK = 1000  # rows that are encoded at once


@register("features", "encoder")
class EncoderFeatures(FeatureSpace):
    """Codes as rows (N, z_dim), for neighbours as for means and covariances. They are never kept in a cache."""

    name = "encoder"

    def __init__(self) -> None:
        self._encode: Encode | None = None
        self._dimensions = 0

    def refusal(self, data: Data) -> str | None:
        """Return None: it depends on the model, which `prepare` is given."""
        return None

    def prepare(self, data: Data, encode: Encode | None = None, say: Say = lambda line: None) -> None:
        """Take the encoder. Raises UserError where the model has none."""
        if encode is None:
            raise UserError(
                "features=encoder: this model has no encoder; autoencoders and hybrids have one (others: "
                "features=random_conv for images, features=pixels for points)"
            )
        self._encode, self._shape = encode, data.shape
        self._dimensions = self._codes(np.asarray(data.train[:1])).shape[1]

    def _codes(self, rows: np.ndarray) -> np.ndarray:
        if self._encode is None:
            raise ValueError("prepare the feature space first")
        return np.asarray(self._encode(rows), np.float32).reshape(len(rows), -1)

    def embed(self, rows: np.ndarray, progress: Progress = lambda share: None) -> Embedded:
        """Return the codes of each row."""
        refuse_others(rows, self._shape, self.name)
        found = np.empty((len(rows), self._dimensions), np.float32)
        for i in range(0, len(rows), BLOCK):
            found[i : i + BLOCK] = self._codes(np.asarray(rows[i : i + BLOCK]))
            progress(min(1.0, (i + BLOCK) / len(rows)))
        return Embedded(found, found)

    @property
    def facts(self) -> dict[str, Any]:
        """Return the size of the codes; what else they depend on is the run."""
        return {"features": self.name, "dimensions": self._dimensions}
