"""Codes of which a generator sees some numbers by their sign only.

The image of a connected space under a continuous map is connected: from normal codes, a generator must draw something
between two modes (Khayatkhoei et al. 2018, arXiv:1806.00880; Tanielian et al. 2020, arXiv:2006.04596). The signs of
independent normal numbers are fair coins, and a map of them may jump.
"""

import keras
from keras import layers, ops


class Signs(layers.Layer):
    """(batch, D) -> (batch, D): the first `count` numbers become -1 or 1, with no slope; the others stay."""

    def __init__(self, count: int, **kwargs):
        super().__init__(**kwargs)
        self.count = count

    def call(self, z):
        coins = ops.where(z[:, : self.count] < 0, -1.0, 1.0)
        return ops.concatenate([ops.cast(coins, z.dtype), z[:, self.count :]], axis=-1)

    def compute_output_shape(self, input_shape):
        return input_shape


def signs(count: int) -> list[keras.Layer]:
    """The layer, if any number is to become a sign."""
    return [Signs(count)] if count else []
