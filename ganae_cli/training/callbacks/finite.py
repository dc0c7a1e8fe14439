"""The end of a run whose losses or weights are not worth going on with."""

from ganae_cli.engine import finite
from ganae_cli.training.callbacks.history import History, NotFinite
from ganae_cli.training.callbacks.periodic import Periodic


class Finite(Periodic):
    """Raises NotFinite before a checkpoint would be made of numbers that are not sound (`engine.finite`).

    Every worker asks, at the same step, so that all of them end. The last update of the weights is in no loss yet.
    """

    def __init__(self, every: int, first_step: int, history: History):
        super().__init__(every, first_step)
        self.history, self.first_step = history, first_step

    def act(self, step: int) -> None:
        self.history.check_finite()
        fault = finite.fault(self.model)
        if fault:
            name, what = fault
            raise NotFinite(f"{name} {what} after step {step}", step, name)

    def on_train_end(self, logs=None):
        if self.step > self.first_step and self.step % self.every:
            self.act(self.step)
