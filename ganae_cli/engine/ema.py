"""Exponential moving average (EMA) of the weights that samples and latent codes are computed with."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import tensorflow as tf

from ganae_cli.engine.state import State


class Averages:
    """average <- decay_n * average + (1 - decay_n) * variable, once per step, with a warm-up of the decay:

    decay_n = min(decay, (1 + n) / (10 + n)), n the number of earlier updates, as in TensorFlow's
    tf.train.ExponentialMovingAverage(decay, num_updates=n). Averages start as the variables are, which for a new run
    is at random: of that start, N updates leave the share 1 / C(N + 9, 9) while (1 + n) / (10 + n) is the smaller, so
    less than 1e-12 after 100, where a constant decay of 0.999 leaves 0.90.

    state: keeps the averages, and so saves them with the weights. decay: 0 keeps no averages.
    are_loaded: True if the weights file read last had averages. are_taken: True if they have replaced the variables.
    """

    def __init__(self, state: State, variables: list[keras.Variable], decay: float):
        self.state, self.decay, self.variables = state, decay, variables if decay else []
        self.are_loaded = self.are_taken = False
        self.values = [
            state.keep(f"average_{i}", _copy_of(v), tuple(v.shape), v.dtype, is_optional=True)
            for i, v in enumerate(self.variables)
        ]
        # Files of version 0.1.0 do not have it; their averages began with the run.
        self.begin = state.keep("averages_begin", 0, dtype="int64", is_optional=True) if self.values else None

    def update(self) -> None:
        """Do one step of the recursion."""
        if self.begin is None:
            return
        n = tf.cast(self.state.step.value - self.begin.value, tf.float32)
        new_share = tf.maximum(1 - self.decay, 9 / (10 + n))  # 1 - decay_n
        for average, variable in zip(self.values, self.variables, strict=True):
            average.assign(average + tf.cast(new_share, average.dtype) * (variable - average))

    def after_loading(self) -> None:
        """Start as the variables are now, if the weights file that they are from had no averages.

        Raises ValueError if it had some of them only, and adds the others to `state.missing`.
        """
        lacking = [value.name for value in self.values if value.name in self.state.defaulted]
        self.are_loaded = bool(self.values) and not lacking
        if self.begin is None or not lacking:
            return
        if len(lacking) < len(self.values):
            self.state.missing += lacking
            raise ValueError(f"no {', '.join(lacking)}")
        for average, variable in zip(self.values, self.variables, strict=True):
            average.assign(variable.numpy())
        self.begin.assign(self.state.steps_done)

    def take(self) -> None:
        """Replace the variables by their averages for good: for use, not for training on."""
        for variable, average in zip(self.variables, self.values, strict=True):
            variable.assign(average.numpy())
        self.are_taken = bool(self.values)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Replace the variables by their averages within a block."""
        current, were_taken = [v.numpy() for v in self.variables], self.are_taken
        try:
            self.take()
            yield
        finally:
            for variable, value in zip(self.variables, current, strict=True):
                variable.assign(value)
            self.are_taken = were_taken


def averaged_variables(network: keras.Model) -> list[keras.Variable]:
    """Return the trainable variables, and the moving moments of batch normalisation.

    The moments belong to the activations of the current weights, so averaged weights need averaged moments.
    """
    norms = [layer for layer in network._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    return [*network.trainable_variables, *(v for norm in norms for v in (norm.moving_mean, norm.moving_variance))]


def _copy_of(variable: keras.Variable) -> keras.initializers.Initializer:
    return lambda shape, dtype=None: tf.cast(variable.value, dtype)
