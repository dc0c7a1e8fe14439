"""How many steps a training has, as its compiled programs read it."""

import tensorflow as tf


class Length:
    """Steps of a whole training, which schedules count by.

    A variable, not a constant of the program: how long a training will be may be decided when its step is compiled and
    timed (`train.budget`), and a training of another length uses the same program again.
    """

    def __init__(self, steps: int = 1):
        kind = tf.VariableAggregation.ONLY_FIRST_REPLICA
        self.variable = tf.Variable(steps, trainable=False, dtype=tf.int64, aggregation=kind, name="length")
        self.steps = steps

    def set(self, steps: int) -> None:
        """Let the training have this many steps."""
        self.variable.assign(steps)
        self.steps = steps

    def share(self, step: tf.Tensor) -> tf.Tensor:
        """Return the share of the training that is done after some steps, float32.

        >>> float(Length(8).share(tf.constant(2)))
        0.25
        """
        return tf.cast(step, tf.float32) / tf.cast(self.variable, tf.float32)
