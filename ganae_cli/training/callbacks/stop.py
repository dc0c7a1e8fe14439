"""End a run in good order on Ctrl-C, another signal that asks for it, when its time is over, or at its own limits."""

import contextlib
import signal
import time
from collections.abc import Callable

import keras

from ganae_cli.runtime import process
from ganae_cli.runtime.workers.watch import WorkerLost

# Reasons that are no error: the user's own limits.
OUT_OF_TIME, COLLAPSE, NO_BETTER = "max_minutes", "collapse", "stop_when"
WHOLE = (None, OUT_OF_TIME, COLLAPSE, NO_BETTER)  # ends after which a run is measured, with its last row and pictures
LOST_WORKER = "lost worker"


class Stop(keras.callbacks.Callback):
    """Ends training after the current step on a signal of `process.STOPPING`, after `max_minutes`, or when told to.

    The signal acts once the compiled program has returned: after the step, or the block of steps, or the compiling of
    the first one, and after a checkpoint that is being written. A second signal, except SIGHUP, does not wait for the
    rest; nor does one before training began or after it ended: KeyboardInterrupt (SIGINT) or SystemExit (128 + its
    number) is raised. In another thread than the main one, which alone may handle them, they are left to the program.

    reason: None, the signal's name, "max_minutes", "collapse", "stop_when" or "lost worker"; `model.interrupted` is the
    same once training ends for it. last_signal: name of the signal that came last, or None. agree: takes this worker's
    reason or "", gives that of the first worker that has one; workers ask each other at every `every`-th step and so
    stop at the same one, for the same reason. lost: the error for a worker that is gone; then each stops at the step
    that it has.
    """

    def __init__(self, max_minutes: float | None = None):
        super().__init__()
        self.deadline = time.monotonic() + 60 * max_minutes if max_minutes else None
        self.reason: str | None = None
        self.last_signal: str | None = None
        self.is_training, self.every = False, 1
        self.agree: Callable[[str], str] = str
        self.lost: Callable[[float], WorkerLost | None] = lambda seconds: None
        self.held = contextlib.ExitStack()

    def agree_with(
        self, agree: Callable[[str], str], every: int, lost: Callable[[float], WorkerLost | None] = lambda seconds: None
    ) -> None:
        """Stop at the same step as the other workers, and when one of them is gone."""
        self.agree, self.every, self.lost = agree, every, lost

    def __enter__(self):
        self.held.enter_context(process.handling_signals(self.on_signal))
        return self

    def __exit__(self, *exception):
        self.held.close()

    def on_signal(self, number: int) -> None:
        again = self.is_by_signal  # a run whose time is over still saves: the first signal after that waits, too
        if number == signal.SIGHUP and again:  # a shell and the kernel both send it
            return
        self.last_signal = signal.Signals(number).name
        if not self.is_training or again:
            raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)
        self.reason = self.last_signal

    def because(self, reason: str) -> None:
        """Stop after the current step for a reason that a callback has found."""
        self.reason = self.reason or reason

    @property
    def is_by_signal(self) -> bool:
        """True if a signal asked this process to stop."""
        return self.last_signal is not None

    def set_model(self, model):
        super().set_model(model)
        model.interrupted = None

    def on_train_begin(self, logs=None):
        self.is_training = True

    def on_train_end(self, logs=None):
        self.is_training = False

    def on_train_batch_end(self, batch, logs=None):
        if self.deadline and time.monotonic() > self.deadline and not self.reason:
            self.reason = OUT_OF_TIME
        agreed = LOST_WORKER if self.lost(0) else self._agreed() if self._is_time else ""
        if agreed:
            self.reason = agreed
            self.model.interrupted, self.model.stop_training = self.reason, True

    @property
    def _is_time(self) -> bool:
        """Return True where workers ask each other: at steps counted from the beginning of the run, as rows are."""
        return self.every == 1 or self.model.state.steps_done % self.every == 0

    def _agreed(self) -> str:
        try:
            return self.agree(self.reason or "")
        except WorkerLost:  # between two steps: the state is that of this one
            return LOST_WORKER
