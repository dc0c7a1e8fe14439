"""A Keras model that keeps numbers of its own in its weights file."""

import keras

from ganae_cli.models.averages import UNTRAINED


class Kept(keras.Model):
    """`saved`: the variables in the model's own part of the file, by name.

    Keras would number them; by name, a file also serves a game that has only some of them.
    """

    def __init__(self):
        super().__init__()
        self.saved: list[keras.Variable] = []

    def keep(self, name: str, value, shape: tuple[int, ...] = (), dtype: str = "float32") -> keras.Variable:
        """A number of the algorithm's own that goes from step to step, as BEGAN's k_t; saved with the weights."""
        start = keras.initializers.Constant(value)
        self.saved.append(self.add_weight(name=name, shape=shape, dtype=dtype, initializer=start, **UNTRAINED))
        return self.saved[-1]

    def save_own_variables(self, store):
        for variable in self.saved:
            store[variable.name] = variable.numpy()

    def load_own_variables(self, store):
        for variable in self.saved:
            variable.assign(store[variable.name])
