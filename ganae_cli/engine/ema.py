"""Exponential moving average (EMA) of the weights that samples and latent codes are computed with."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import tensorflow as tf

from ganae_cli.engine.state import State


class Averages:
    """average <- decay * average + (1 - decay) * variable, once per step; averages start as the variables are.

    state: keeps the averages, and so saves them with the weights. decay: 0 keeps no averages.
    """

    def __init__(self, state: State, variables: list[keras.Variable], decay: float):
        self.decay, self.variables = decay, variables if decay else []
        self.values = [
            state.keep(f"average_{i}", _copy_of(v), tuple(v.shape), v.dtype) for i, v in enumerate(self.variables)
        ]

    def update(self) -> None:
        """Do one step of the recursion."""
        for average, variable in zip(self.values, self.variables, strict=True):
            average.assign(self.decay * average + (1 - self.decay) * variable)

    def take(self) -> None:
        """Replace the variables by their averages for good: for use, not for training on."""
        for variable, average in zip(self.variables, self.values, strict=True):
            variable.assign(average.numpy())

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Replace the variables by their averages within a block."""
        current = [v.numpy() for v in self.variables]
        try:
            self.take()
            yield
        finally:
            for variable, value in zip(self.variables, current, strict=True):
                variable.assign(value)


def averaged_variables(network: keras.Model) -> list[keras.Variable]:
    """Return the trainable variables, and the moving moments of batch normalisation.

    The moments belong to the activations of the current weights, so averaged weights need averaged moments.
    """
    norms = [layer for layer in network._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    return [*network.trainable_variables, *(v for norm in norms for v in (norm.moving_mean, norm.moving_variance))]


def _copy_of(variable: keras.Variable) -> keras.initializers.Initializer:
    return lambda shape, dtype=None: tf.cast(variable.value, dtype)
