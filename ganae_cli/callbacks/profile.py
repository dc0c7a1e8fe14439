"""A trace of some steps for TensorBoard's profiler."""

import keras
import tensorflow as tf


class Profile(keras.callbacks.Callback):
    """Traces `steps` steps, from the tenth after training began: compiling and warming up are behind by then."""

    def __init__(self, logdir: str, steps: int, wait: int = 10):
        super().__init__()
        self.logdir, self.steps, self.wait, self.seen, self.tracing = logdir, steps, wait, 0, False

    def on_train_batch_end(self, batch, logs=None):
        self.seen += 1
        if self.seen == self.wait:
            tf.profiler.experimental.start(self.logdir)
            self.tracing = True
        elif self.seen == self.wait + self.steps:
            self.on_train_end()

    def on_train_end(self, logs=None):
        if self.tracing:
            self.tracing = False
            tf.profiler.experimental.stop()
