"""Pixel values from 0 to 1, or the coordinates of points: no network, and no taste either.

Two images are near if their pixels are. That is right for points and for small, centred images; elsewhere a shift by a
pixel counts more than another object.
"""

import math
from typing import Any

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features.base import Embedded, Encode, FeatureSpace, Progress, Say, refuse_others
from ganae_cli.features.random_numbers import projected
from ganae_cli.features.shrink import shrunk, shrunk_size
from ganae_cli.registry import register

BLOCK = 2**22  # numbers that are converted at once


@register("features", "pixels")
class Pixels(FeatureSpace):
    """Pixels as rows (N, H * W * C). side: longer side of an image, at most; of larger ones, means of areas are taken.

    Of points, the rows are the coordinates as they are given. For means and covariances, what has more than 64 numbers
    is projected to 64 by a fixed random orthogonal matrix (`random_numbers.projected` says why).
    """

    name = "pixels"

    def __init__(self, side: int = 64, frechet: int = 64):
        if side < 1 or frechet < 1:
            raise UserError(f"features=pixels: side and frechet must be 1 or more, got {side} and {frechet}")
        self.side, self.frechet = side, frechet
        self._shape: tuple[int, ...] = ()

    def refusal(self, data: Data) -> str | None:
        """Return None: every dataset has pixels or coordinates."""
        return None

    def prepare(self, data: Data, encode: Encode | None = None, say: Say = lambda line: None) -> None:
        """Take the shape of the data."""
        self._shape = data.shape
        self._seen = self._shape
        if len(self._shape) == 3:
            self._seen = (*shrunk_size(self._shape[0], self._shape[1], self.side), self._shape[2])

    def embed(self, rows: np.ndarray, progress: Progress = lambda share: None) -> Embedded:
        """Return pixels, or coordinates, of each row."""
        refuse_others(rows, self._shape, self.name)
        numbers = math.prod(self._seen)
        found = np.empty((len(rows), numbers), np.float32)
        is_few = numbers <= self.frechet
        frechet = found if is_few else np.empty((len(rows), self.frechet), np.float32)
        size = max(1, BLOCK // math.prod(self._shape))
        for i in range(0, len(rows), size):
            found[i : i + size] = self._numbers(np.asarray(rows[i : i + size])).reshape(-1, numbers)
            if not is_few:
                frechet[i : i + size] = projected(found[i : i + size], self.frechet)
            progress(min(1.0, (i + size) / len(rows)))
        return Embedded(found, frechet)

    def _numbers(self, block: np.ndarray) -> np.ndarray:
        if len(self._shape) == 1:
            return block
        return (block if self._seen == self._shape else shrunk(block, *self._seen[:2])).astype(np.float32) / 255

    @property
    def facts(self) -> dict[str, Any]:
        """Return the size that is seen, and how many numbers make means and covariances."""
        numbers = math.prod(self._seen)
        found: dict[str, Any] = {"features": self.name, "dimensions": numbers}
        if self._seen != self._shape:
            found["means_of_areas"] = list(self._seen)
        if numbers > self.frechet:
            found["frechet"] = f"random orthogonal projection to {self.frechet}"
        return found
