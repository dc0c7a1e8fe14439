"""Base of callbacks that act at regular steps."""

import keras


class Periodic(keras.callbacks.Callback):
    """Calls `act(step)` after every `every`-th step, counted from the run's beginning, not from the last resume."""

    def __init__(self, every: int, first_step: int = 0):
        super().__init__()
        self.every, self.step = every, first_step

    def on_train_batch_end(self, batch, logs=None):
        self.step = self.model.state.steps_done
        if self.every and self.step % self.every == 0:
            self.act(self.step)

    def act(self, step: int) -> None:
        """Act after a step; written by the subclass."""
        del step
