"""End a run in good order on Ctrl-C, SIGTERM, a closed terminal, or when its time is over."""

import contextlib
import signal
import time
from collections.abc import Callable

import keras

from ganae_cli.runtime import process


class Stop(keras.callbacks.Callback):
    """Ends training after the current step on Ctrl-C, SIGTERM or SIGHUP, or `max_minutes` after the callback was made.

    A second signal, except SIGHUP, does not wait for the end of the step, nor does a signal before training began. In
    another thread than the main one, which alone may handle signals, they are left to the program.

    reason: None, the signal's name, "max_minutes" or "another worker"; `model.interrupted` is the same once training
    ends for it. agree: whether any worker has a reason; workers ask each other at every `every`-th step and so stop at
    the same one.
    """

    def __init__(self, max_minutes: float | None = None):
        super().__init__()
        self.deadline = time.monotonic() + 60 * max_minutes if max_minutes else None
        self.reason: str | None = None
        self.is_training, self.every, self.steps_seen = False, 1, 0
        self.agree: Callable[[bool], bool] = bool
        self.held = contextlib.ExitStack()

    def agree_with(self, agree: Callable[[bool], bool], every: int) -> None:
        """Stop at the same step as the other workers."""
        self.agree, self.every = agree, every

    def __enter__(self):
        self.held.enter_context(process.handling_signals(self.on_signal))
        return self

    def __exit__(self, *exception):
        self.held.close()

    def on_signal(self, number: int) -> None:
        if number == signal.SIGHUP and self.reason:  # a shell and the kernel both send it
            return
        if number != signal.SIGINT and not self.is_training:
            raise SystemExit(128 + number)
        if self.reason or not self.is_training:
            raise KeyboardInterrupt
        self.reason = signal.Signals(number).name

    def set_model(self, model):
        super().set_model(model)
        model.interrupted = None

    def on_train_begin(self, logs=None):
        self.is_training = True

    def on_train_batch_end(self, batch, logs=None):
        self.steps_seen += 1
        if self.deadline and time.monotonic() > self.deadline and not self.reason:
            self.reason = "max_minutes"
        if self.steps_seen % self.every == 0 and self.agree(self.reason is not None):
            self.reason = self.reason or "another worker"
            self.model.interrupted, self.model.stop_training = self.reason, True
