"""Moving averages of the weights that users keep: what samples and codes are made with."""

from contextlib import contextmanager

import keras
import tensorflow as tf

UNTRAINED = {"trainable": False, "aggregation": "only_first_replica"}  # every replica computes the same new value


class Averages:
    """average <- decay * average + (1 - decay) * variable, once a step; they start as the variables are.

    owner: the layer whose weights they are, and so in whose file they are saved. decay 0 keeps none.
    """

    def __init__(self, owner: keras.Layer, variables: list[keras.Variable], decay: float):
        self.decay, self.variables = decay, variables if decay else []
        self.values = [
            owner.add_weight(name=f"average_{i}", shape=v.shape, dtype=v.dtype, initializer=_copy_of(v), **UNTRAINED)
            for i, v in enumerate(self.variables)
        ]

    def update(self) -> None:
        """One step of the recursion."""
        for average, variable in zip(self.values, self.variables, strict=True):
            average.assign(self.decay * average + (1 - self.decay) * variable)

    def take(self) -> None:
        """From now on the variables are their averages: for use, not for training on."""
        for variable, average in zip(self.variables, self.values, strict=True):
            variable.assign(average.numpy())

    @contextmanager
    def taken(self):
        """Within the block, the variables are their averages."""
        live = [v.numpy() for v in self.variables]
        try:
            self.take()
            yield
        finally:
            for variable, value in zip(self.variables, live, strict=True):
                variable.assign(value)


def averaged_variables(network: keras.Model) -> list[keras.Variable]:
    """What learns, and the moving moments of batch normalisation, which are those of the kernels as they move."""
    norms = [layer for layer in network._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    return [*network.trainable_variables, *(v for norm in norms for v in (norm.moving_mean, norm.moving_variance))]


def _copy_of(variable):
    return lambda shape, dtype=None: tf.cast(variable.value, dtype)
