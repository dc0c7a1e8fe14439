"""Time until the first step is done: the first step traces and compiles the program of all others."""

import time

import keras

from ganae_cli.runtime import process, xla_cache


class Start(keras.callbacks.Callback):
    """Times the first step. `facts` is empty until then.

    compile_seconds: taken by the first step. seconds_to_first_step: since this process began, where the system says.
    """

    def __init__(self):
        super().__init__()
        self.facts: dict[str, float] = {}
        self.began, self.is_first = 0.0, True

    def on_train_begin(self, logs=None):
        self.began, self.is_first = time.perf_counter(), True

    def on_train_batch_end(self, batch, logs=None):
        if not self.is_first:
            return
        self.is_first = False
        if not self.facts:
            self.facts["compile_seconds"] = round(time.perf_counter() - self.began, 3)
            age = process.age()
            self.facts |= {} if age is None else {"seconds_to_first_step": round(age, 3)}
        xla_cache.vouch()  # a rollback compiles again
