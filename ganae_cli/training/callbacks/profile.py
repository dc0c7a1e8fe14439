"""A trace of some steps for TensorBoard's profiler."""

from pathlib import Path

import keras
import tensorflow as tf

from ganae_cli.training.writing import Writing


class Profile(keras.callbacks.Callback):
    """Traces `steps` steps, if any, from the tenth after training began: compiling and warming up are behind by then.

    Where a call of the compiled program takes several steps, it traces the calls that contain these steps.
    """

    def __init__(self, logdir: Path, steps: int, writing: Writing, wait: int = 10):
        super().__init__()
        self.logdir, self.steps, self.writing, self.wait = logdir, steps, writing, wait
        self.tracing, self.is_done = False, not steps
        self.first = 0

    def on_train_begin(self, logs=None):
        self.first = self.model.state.steps_done

    def on_train_batch_end(self, batch, logs=None):
        seen = self.model.state.steps_done - self.first
        if seen >= self.wait + self.steps and self.tracing:
            self.on_train_end()
        elif seen >= self.wait and not self.tracing and not self.is_done:
            with self.writing.of("profile", self.logdir):
                tf.profiler.experimental.start(str(self.logdir))
                self.tracing = True

    def on_train_end(self, logs=None):
        if self.tracing:
            self.tracing, self.is_done = False, True
            with self.writing.of("profile", self.logdir):
                tf.profiler.experimental.stop()

    def drop(self) -> None:
        """End a trace whose training has failed, without writing it: only one can be open in a process."""
        if self.tracing:
            self.tracing = False
            tf.profiler.experimental.stop(save=False)
