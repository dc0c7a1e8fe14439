"""Rows of the data that samples are compared with: training rows and held-out rows, drawn by the seed."""

import math
from functools import cached_property

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.features import reference

MOST_BYTES = 500_000_000  # of samples, of held-out and of training rows, each
FEWEST = 20  # held-out rows that samples are compared with, at least


class ComparedRows:
    """As many held-out rows as there are samples, and training rows; no weights change them.

    Images are uint8 (N, H, W, C); points are float32 (N, D), as networks see them. given: how many samples there are,
    if they are given.
    """

    def __init__(self, data: Data, protocol: Protocol, given: int | None = None):
        self.data, self.settings, self.given = data, protocol, given

    @cached_property
    def count(self) -> int:
        """Return how many samples are measured: as many as there are held-out rows, or as were given, at most."""
        most = min(self._most, len(self.data.test))
        return most if self.given is None else min(most, self.given)

    @cached_property
    def train_count(self) -> int:
        """Return how many training rows samples are compared with."""
        return min(self._most, len(self.data.train))

    @property
    def _most(self) -> int:
        return min(self.settings.samples, max(FEWEST, MOST_BYTES // math.prod(self.data.shape)))

    @cached_property
    def held_out(self) -> np.ndarray:
        """Return held-out rows, as many as samples, drawn by the seed: those of `Subject.of_held_out`, in its order."""
        return np.asarray(self.data.test[self._drawn("held_out")])

    @cached_property
    def train(self) -> np.ndarray:
        """Return training rows that samples are compared with, drawn by the seed: those of `Subject.of_train`."""
        return np.asarray(self.data.train[self._drawn("train")])

    @cached_property
    def train_mean(self) -> np.ndarray:
        """Return the mean of the training rows that samples are compared with, in their type."""
        mean = sum(row.astype(np.float64) for row in self.train) / len(self.train)
        return np.rint(mean).astype(np.uint8) if self.data.kind == "images" else mean.astype(np.float32)

    def labels_of(self, split: str) -> np.ndarray | None:
        """Return the labels of `train` or `held_out`; None where there are none."""
        known = self.data.train_labels if split == "train" else self.data.test_labels
        return None if known is None else known[self._drawn(split)]

    def _drawn(self, split: str) -> np.ndarray:
        """Return the numbers of the rows of `train` or `held_out`; in random order, since files may be sorted."""
        name, count = ("train", self.train_count) if split == "train" else ("test", self.count)
        return reference.draw(self.data, name, count, self.settings.seed)
