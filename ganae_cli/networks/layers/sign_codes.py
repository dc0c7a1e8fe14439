"""Latent codes of which a generator sees some numbers by their sign only.

A continuous map takes a connected set to a connected set: from normal codes, a generator must produce some samples
between any two modes (Khayatkhoei et al. 2018, arXiv:1806.00880; Tanielian et al. 2020, arXiv:2006.04596). The signs
of independent normal numbers are fair coins, and a function of them can jump.
"""

import keras
from keras import layers, ops

from ganae_cli.networks.layers.savable import savable


@savable()
class Signs(layers.Layer):
    """(batch, D) -> (batch, D): the first `count` numbers become -1 or 1, with gradient zero; the others stay."""

    def __init__(self, count: int):
        super().__init__()
        self.count = count

    def call(self, z):
        flips = ops.where(z[:, : self.count] < 0, -1.0, 1.0)
        return ops.concatenate([ops.cast(flips, z.dtype), z[:, self.count :]], axis=-1)

    def compute_output_shape(self, input_shape):
        return input_shape


def signs(count: int) -> list[keras.Layer]:
    """Return a list with the layer if `count` is above 0, else an empty one."""
    return [Signs(count)] if count else []
