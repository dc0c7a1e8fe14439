"""A Keras model that keeps numbers of its own in its weights file: how far it is, and what it has seen since then."""

import keras
import tensorflow as tf

from ganae_cli.engine.ema import UNTRAINED
from ganae_cli.errors import UserError


class Kept(keras.Model):
    """`saved`: the variables in the model's own part of the file, by name.

    Keras would number them; by name, a file also serves a game that has only some of them.
    """

    def __init__(self):
        super().__init__()
        self.saved: list[keras.Variable] = []
        self.absent: list[str] = []  # of them, what the file read last does not have
        self.step = self.keep("step", 0, dtype="int64")

    @property
    def steps_done(self) -> int:
        """Since the run began."""
        return int(self.step.numpy())

    def keep(self, name: str, value, shape: tuple[int, ...] = (), dtype: str = "float32") -> keras.Variable:
        """A number of the algorithm's own that goes from step to step, as BEGAN's k_t; saved with the weights."""
        start = keras.initializers.Constant(value)
        self.saved.append(self.add_weight(name=name, shape=shape, dtype=dtype, initializer=start, **UNTRAINED))
        return self.saved[-1]

    def keep_tally(self, count: int) -> None:
        """Make room for the sums of so many terms, and for the step at which each was not finite first, or -1."""
        self.tally = self.keep("tally", 0, (count,))
        self.first_bad_step = self.keep("first_bad_step", -1, (count,), "int64")

    def record(self, values) -> None:
        """Count a step, of which the terms had these values."""
        self.tally.assign_add(values)
        bad = tf.logical_and(self.first_bad_step < 0, tf.logical_not(tf.math.is_finite(values)))
        self.first_bad_step.assign(tf.where(bad, self.step.value, self.first_bad_step.value))
        self.step.assign_add(1)

    def save_own_variables(self, store):
        for variable in self.saved:
            store[variable.name] = variable.numpy()

    def load_own_variables(self, store):
        self.absent = [variable.name for variable in self.saved if variable.name not in store]
        for variable in self.saved:
            variable.assign(store[variable.name])

    def read_weights(self, path) -> None:
        """`load_weights`; UserError for a file that another version wrote, without some of what is kept."""
        try:
            self.load_weights(path)
        except ValueError as error:
            if not self.absent:
                raise
            raise UserError(f"{path} is of another version of ganae: it has no {', '.join(self.absent)}") from error
