"""Ending a run in good order: Ctrl-C, SIGTERM, or the time it was given."""

import signal
import time

import keras


class Stop(keras.callbacks.Callback):
    """Ends training after the current step on SIGINT or SIGTERM, or `max_minutes` after the callback was made.

    `reason` is None, "SIGINT", "SIGTERM" or "max_minutes". A second Ctrl-C does not wait for the step.
    """

    def __init__(self, max_minutes: float | None = None):
        super().__init__()
        self.deadline = time.monotonic() + 60 * max_minutes if max_minutes else None
        self.reason: str | None = None
        self.before: dict = {}

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.before[number] = signal.signal(number, self.on_signal)
        return self

    def __exit__(self, *exception):
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def on_signal(self, number, frame):
        if self.reason:
            raise KeyboardInterrupt
        self.reason = signal.Signals(number).name

    def set_model(self, model):
        super().set_model(model)
        model.interrupted = False

    def on_train_batch_end(self, batch, logs=None):
        if self.deadline and time.monotonic() > self.deadline and not self.reason:
            self.reason = "max_minutes"
        if self.reason:
            self.model.interrupted = self.model.stop_training = True
