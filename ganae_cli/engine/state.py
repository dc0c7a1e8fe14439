"""Numbers that a game keeps from step to step, saved in its weights file: step, sums of loss terms, a page's own."""

from collections.abc import MutableMapping

import keras
import numpy as np
import tensorflow as tf


class State:
    """Variables that no optimizer trains, saved by name in their owner's part of the weights file.

    Keras would number them; by name, a file also serves a game that has only some of them.

    owner: the model whose variables they are. variables: all of them, by name. step: steps done since the run began.
    missing: names that the file read last should have and does not. defaulted: those that it may lack, and does: they
    keep the value that they had.
    """

    def __init__(self, owner: keras.Model):
        self.owner = owner
        self.variables: dict[str, keras.Variable] = {}
        self.missing: list[str] = []
        self.defaulted: list[str] = []
        self._optional: set[str] = set()
        self.step = self.keep("step", 0, dtype="int64")

    @property
    def steps_done(self) -> int:
        """Steps since the run began."""
        return int(self.step.numpy())

    @property
    def term_sums(self) -> keras.Variable:
        """Sum of each loss term since `clear_sums`, (terms,); only after `follow_terms`."""
        return self.variables["tally"]

    @property
    def first_bad_step(self) -> keras.Variable:
        """Step at which each loss term was first not finite, or -1, (terms,); only after `follow_terms`."""
        return self.variables["first_bad_step"]

    def keep(
        self, name: str, start, shape: tuple[int, ...] = (), dtype: str = "float32", is_optional: bool = False
    ) -> keras.Variable:
        """Make a variable that goes from step to step, such as BEGAN's k_t, and is saved with the weights.

        start: a number, or a Keras initializer. is_optional: True if a file may lack it.
        """
        initializer = start if callable(start) else keras.initializers.Constant(start)
        # Every replica computes the same new value, so that of the first one will do.
        untrained = {"trainable": False, "aggregation": "only_first_replica"}
        variable = self.owner.add_weight(name=name, shape=shape, dtype=dtype, initializer=initializer, **untrained)
        self.variables[name] = variable
        if is_optional:
            self._optional.add(name)
        return variable

    def follow_terms(self, count: int) -> None:
        """Create running sums of `count` loss terms and the first non-finite step of each (-1: none)."""
        self.keep("tally", 0, (count,))
        self.keep("first_bad_step", -1, (count,), "int64")

    def record(self, values: tf.Tensor) -> None:
        """Count one step, in which the loss terms had these values, (terms,)."""
        self.term_sums.assign_add(values)
        bad = tf.logical_and(self.first_bad_step < 0, tf.logical_not(tf.math.is_finite(values)))
        self.first_bad_step.assign(tf.where(bad, self.step.value, self.first_bad_step.value))
        self.step.assign_add(1)

    def term_means(self, steps: int) -> np.ndarray:
        """Return the mean of each term over the last `steps` steps, those since `clear_sums`."""
        return self.term_sums.numpy() / steps

    def clear_sums(self) -> None:
        """Begin a new reporting interval."""
        self.term_sums.assign(self.term_sums * 0)

    def save(self, store: MutableMapping[str, np.ndarray]) -> None:
        """Write every variable into a Keras store, by name."""
        for name, variable in self.variables.items():
            store[name] = variable.numpy()

    def load(self, store: MutableMapping[str, np.ndarray]) -> None:
        """Read every variable from a Keras store; first set `missing` and `defaulted` to what it does not have."""
        absent = [name for name in self.variables if name not in store]
        self.missing = [name for name in absent if name not in self._optional]
        self.defaulted = [name for name in absent if name in self._optional]
        for name, variable in self.variables.items():
            if name not in self.defaulted:
                variable.assign(store[name])
