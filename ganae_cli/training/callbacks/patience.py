"""End a run whose loss term or metric gets no better: `train.stop_when=METRIC train.patience=VALUES`.

All that it knows follows from the rows of the history, which are the same after a resume: so a run that was killed and
resumed ends at the same step as one that was not.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from omegaconf import DictConfig

from ganae_cli.evaluation.scores import HIGHER
from ganae_cli.training.callbacks.evaluation import better


class Patience:
    """Counts the values of a history column since its best one. A row without a value counts for nothing.

    best, best_step: the best value so far, and the first step that had it; None if there was no finite one. values:
    how many came after it, in a row. then: called as soon as these are `most`, and at each value after that.

    >>> patience = Patience("fid", "lower", 2)
    >>> for step, value in enumerate((9.0, 7.0, 7.0, 8.0)):
    ...     patience.take({"step": step, "fid": value})
    >>> patience.is_over, patience.best, patience.best_step
    (True, 7.0, 1)
    """

    def __init__(self, by: str, better: str, most: int, then: Callable[[], object] = lambda: None):
        self.by, self.better, self.most, self.then = by, better, most, then
        self.best: float | None = None
        self.best_step: int | None = None
        self.values = 0

    @property
    def is_over(self) -> bool:
        return self.values >= self.most

    def take(self, row: Mapping[str, Any]) -> None:
        """Take a row of the history, as it is made or as text."""
        given = row.get(self.by)
        if given is None or given == "":
            return
        value = float(given)
        if math.isfinite(value) and (self.best is None or self._is_better(value, self.best)):
            self.best, self.best_step, self.values = value, int(row["step"]), 0
            return
        self.values += 1
        if self.is_over:
            self.then()

    def _is_better(self, value: float, than: float) -> bool:
        return value > than if self.better == HIGHER else value < than

    def line(self) -> str:
        """Return what was the best, as a sentence without its end."""
        if self.best is None:
            return f"{self.by} had no finite value"
        return f"no better {self.by} than {self.best:.4g} at step {self.best_step}, {self.values} values ago"


def of(train: DictConfig, rows: Iterable[Mapping[str, Any]]) -> Patience | None:
    """Return the patience of a config, its section `train`, after the rows so far; None where none is asked for."""
    by = train.get("stop_when")
    if by is None:
        return None
    patience = Patience(by, better(by), int(train.patience))
    for row in rows:
        patience.take(row)
    return patience
