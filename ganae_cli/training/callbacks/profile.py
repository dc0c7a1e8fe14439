"""A trace of some steps for TensorBoard's profiler."""

import keras
import tensorflow as tf


class Profile(keras.callbacks.Callback):
    """Traces `steps` steps, from the tenth after training began: compiling and warming up are behind by then.

    Where a call of the compiled program takes several steps, it traces the calls that contain these steps.
    """

    def __init__(self, logdir: str, steps: int, wait: int = 10):
        super().__init__()
        self.logdir, self.steps, self.wait, self.tracing, self.is_done = logdir, steps, wait, False, False
        self.first = 0

    def on_train_begin(self, logs=None):
        self.first = self.model.state.steps_done

    def on_train_batch_end(self, batch, logs=None):
        seen = self.model.state.steps_done - self.first
        if seen >= self.wait + self.steps and self.tracing:
            self.on_train_end()
        elif seen >= self.wait and not self.tracing and not self.is_done:
            tf.profiler.experimental.start(self.logdir)
            self.tracing = True

    def on_train_end(self, logs=None):
        if self.tracing:
            self.tracing, self.is_done = False, True
            tf.profiler.experimental.stop()
