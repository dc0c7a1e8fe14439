"""The interface of every feature space: rows of a dataset, or samples like them, become vectors that are compared."""

import abc
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Array
from ganae_cli.errors import UserError

Encode = Callable[[np.ndarray], np.ndarray]  # uint8 images (N, H, W, C), or points (N, D) -> codes float32 (N, z_dim)
Say = Callable[[str], object]
EUCLIDEAN, COSINE = "euclidean", "cosine"
Progress = Callable[[float], object]  # told the share that is done, from 0 to 1


class Embedded(NamedTuple):
    """Features of N rows.

    rows: float32 (N, D), for neighbours and kernels. frechet: float32 (N, d), for means and covariances as of FID, of
    few dimensions, since a covariance has d² / 2 numbers to estimate; it may be `rows` itself. probabilities: float32
    (N, C), of the classes of a classifier, for the Inception score; None where there is no classifier.
    """

    rows: np.ndarray
    frechet: np.ndarray
    probabilities: np.ndarray | None = None


class FeatureSpace(abc.ABC):
    """A feature space: `refusal`, then `prepare` once, then `embed` of any rows.

    A space is one class in a file of `features/`, registered under its name. Its constructor's arguments, all with
    defaults, are its options.
    """

    name: ClassVar[str]
    distance: ClassVar[str] = EUCLIDEAN  # by which rows are neighbours

    @abc.abstractmethod
    def refusal(self, data: Data) -> str | None:
        """Return why the space cannot be used for this data, in words for the user; None if it can."""

    @abc.abstractmethod
    def prepare(self, data: Data, encode: Encode | None = None, say: Say = lambda line: None) -> None:
        """Train, load or fit what `embed` needs. Raises UserError, with the `refusal`, where there is one.

        encode: the encoder of a model, where it has one. say: told what takes a while.
        """

    @abc.abstractmethod
    def embed(self, rows: np.ndarray, progress: Progress = lambda share: None) -> Embedded:
        """Return the features of uint8 images (N, H, W, C), or of float32 points (N, D) as networks see them.

        The features of a row depend on this row alone. Memory beside the result does not grow with N.
        """

    def for_neighbours(self, rows: np.ndarray) -> np.ndarray:
        """Return rows (N, D) whose nearest rows by Euclidean distance are those of this space.

        Where angles count, that is rows of unit length: |a - b|² = 2 - 2 cos(a, b).
        """
        if self.distance == EUCLIDEAN:
            return rows
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(lengths > 0, lengths, 1)

    @property
    @abc.abstractmethod
    def facts(self) -> dict[str, Any]:
        """All that the features depend on, as plain values: {"features": name, "dimensions": D, …}; after `prepare`."""


def refuse_unsuited(space: FeatureSpace, data: Data) -> None:
    """Raise UserError, in the words of `refusal`, if a space cannot be used for this data."""
    fault = space.refusal(data)
    if fault:
        raise UserError(f"features={space.name}: {fault}")


def refuse_others(rows: Array, shape: tuple[int, ...], name: str) -> None:
    """Raise UserError for rows of another shape or type than those that a feature space was prepared for."""
    kind = "uint8" if len(shape) == 3 else "float32"
    if tuple(rows.shape[1:]) != shape or rows.dtype != np.dtype(kind):
        asked, given = (" x ".join(map(str, sides)) for sides in (shape, rows.shape[1:]))
        raise UserError(f"features={name} was prepared for {kind} rows of {asked}, got {rows.dtype} rows of {given}")
