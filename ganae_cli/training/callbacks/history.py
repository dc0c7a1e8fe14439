"""Mean of every term over each reporting interval, and the end of a run whose loss is not finite."""

import time
from collections.abc import Callable

from ganae_cli.training.callbacks.periodic import Periodic
from ganae_cli.training.callbacks.stop import WHOLE


class NotFinite(ArithmeticError):
    """A loss or a weight became NaN or infinite, or exploded: the weights are not worth keeping.

    step: the step in which this was found. term: the loss term or the variable.
    """

    def __init__(self, text: str, step: int = 0, term: str = ""):
        super().__init__(text)
        self.step, self.term = step, term


class History(Periodic):
    """Gives each of `listeners` a row: step, seconds, images_per_second and the mean of every `<player>.<term>`.

    The sums are part of the model's state, and so of its checkpoints: a run that was killed within an interval reports
    the same means as one that was not. seconds: spent training so far, in earlier processes too. last_row: step of the
    last row so far. measured: given a step, columns that are not of every row, empty where they are not; set by whoever
    evaluates. rollbacks: how often the run has gone back after a divergence, as a column; None: no such column.
    """

    def __init__(
        self,
        every: int,
        first_step: int,
        rows_per_step: int,
        seconds: float,
        last_row: int,
        rollbacks: int | None = None,
    ):
        super().__init__(every, first_step)
        self.rows_per_step, self.seconds, self.last_row = rows_per_step, seconds, last_row
        self.rollbacks = rollbacks
        self.listeners: list[Callable[[dict], None]] = []
        self.measured: Callable[[int], dict] = lambda step: {}
        self.row: dict = {}
        self.began = self.interval_began = 0.0
        self.session_step = first_step

    def on_train_begin(self, logs=None):
        self.began = self.interval_began = time.perf_counter()
        self.session_step = self.step

    @property
    def seconds_so_far(self) -> float:
        return self.seconds + time.perf_counter() - self.began

    def act(self, step: int) -> None:
        self.report(step)
        self.model.state.clear_sums()
        self.last_row = step

    def on_train_end(self, logs=None):
        """Report an interval cut short by the run's end; the model keeps its sums, because the run may go on."""
        if self.step > self.last_row and self.model.interrupted in WHOLE:
            self.report(self.step)

    def report(self, step: int) -> None:
        self.check_finite()
        now = time.perf_counter()
        steps, seconds = step - self.session_step, now - self.interval_began
        if not steps:  # trained by a process that was killed before it could report: the rate of all its training
            steps, seconds = step, self.seconds
        rate = steps * self.rows_per_step / max(1e-9, seconds)
        means = self.model.state.term_means(step - self.last_row)
        self.session_step = step
        self.row = {"step": step, "seconds": round(self.seconds_so_far, 3), "images_per_second": round(rate, 1)}
        self.row |= {} if self.rollbacks is None else {"rollbacks": self.rollbacks}
        self.row |= {name: float(mean) for name, mean in zip(self.model.terms, means, strict=True)}
        self.row |= self.measured(step)
        self.interval_began = time.perf_counter()
        for listener in self.listeners:
            listener(self.row)

    def check_finite(self) -> None:
        """Raise NotFinite, naming the first term that was not finite and its step."""
        bad = {
            name: int(step)
            for name, step in zip(self.model.terms, self.model.state.first_bad_step.numpy(), strict=True)
        }
        bad = {name: step for name, step in bad.items() if step >= 0}
        if bad:
            first = min(bad.values())
            terms = [name for name, step in bad.items() if step == first]
            # The first one in order of play: the others follow from it.
            named = [name for name in terms if not name.endswith(".loss")] or terms
            raise NotFinite(f"{named[0]} is not finite at step {first + 1}", first + 1, named[0])
