"""The time of a training step: some are played as training plays them, and afterwards the game is as it was before."""

import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras

from ganae_cli.engine import Game
from ganae_cli.runtime.log import say

FEWEST_CALLS, LEAST_SECONDS, MOST_SECONDS = 10, 0.25, 2.0  # that are timed; a slow call is timed once at least
STABLE = 0.02  # of the median: as far as it may be off when timing ends early
MOST_CALLS = 1000 * FEWEST_CALLS


class Clock(keras.callbacks.Callback):
    """Times each call of the compiled program, from the end of the one before, and ends when enough are timed.

    least, most: seconds that are timed. agree: gives all of several workers the chief's word, 1 for enough; they ask
    after 1, 2, 4, 8, … calls, since it takes time. None: there is one worker.
    """

    def __init__(
        self,
        least: float = LEAST_SECONDS,
        most: float = MOST_SECONDS,
        agree: Callable[[str], str] | None = None,
    ):
        super().__init__()
        self.seconds: list[float] = []
        self.least, self.most, self.agree = least, most, agree
        self.last = 0.0

    def on_train_begin(self, logs=None):
        self.last = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.model.state.step.numpy()  # waits until a GPU has done what it was given
        self.seconds.append(time.perf_counter() - self.last)
        if len(self.seconds) == 1:
            say("playing some steps …")
        elif self.is_over():
            self.model.stop_training = True
        self.last = time.perf_counter()

    def is_over(self) -> bool:
        """Return True if enough calls are timed, as all workers have it."""
        timed = self.seconds[1:]
        if self.agree is None:
            return self.is_enough(timed)
        return len(timed) & (len(timed) - 1) == 0 and self.agree("1" if self.is_enough(timed) else "") == "1"

    def is_enough(self, timed: list[float]) -> bool:
        """Return True if these times tell that of a step."""
        is_sure = len(timed) >= FEWEST_CALLS and sum(timed) >= self.least and uncertainty(timed) <= STABLE
        return is_sure or sum(timed) >= self.most


def uncertainty(seconds: list[float]) -> float:
    """Return the standard error of the median of some times, as a part of it; of at least two times.

    It is 1.2533 s / sqrt(n) for normally distributed times, with s = 0.7413 times the distance between the quartiles,
    which a few times that are far too long leave as it is.

    >>> round(uncertainty([1.0, 1.1, 0.9, 1.0, 1.1, 0.9, 1.0, 9.0, 1.0]), 4)
    0.0465
    """
    low, middle, high = statistics.quantiles(seconds, n=4)
    return 1.2533 * 0.7413 * (high - low) / math.sqrt(len(seconds)) / middle


@contextmanager
def untouched(game: Game) -> Iterator[None]:
    """Let a compiled game be trained within a block, and give it back to the bit: weights, optimizers and state."""
    of_optimizers = [v for optimizer in game.optimizers.values() for v in optimizer.variables]
    variables = list({id(v): v for v in (*game.variables, *of_optimizers)}.values())
    before, steps = [v.numpy() for v in variables], game.total_steps
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
        game.total_steps = steps
