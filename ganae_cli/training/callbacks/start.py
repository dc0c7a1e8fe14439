"""How long a run takes until its first step is done: the first one traces and compiles what the others play."""

import time

import keras

from ganae_cli.runtime import process


class Start(keras.callbacks.Callback):
    """`facts`, empty until then: `compile_seconds`, which the first step took; where the system says when this process
    began, `seconds_to_first_step` since then.
    """

    def __init__(self):
        super().__init__()
        self.facts: dict[str, float] = {}

    def on_train_begin(self, logs=None):
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        if not self.facts:
            self.facts["compile_seconds"] = round(time.perf_counter() - self.began, 3)
            age = process.age()
            self.facts |= {} if age is None else {"seconds_to_first_step": round(age, 3)}
