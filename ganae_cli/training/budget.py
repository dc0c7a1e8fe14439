"""From the time of a step to the length of a training: `train.budget`. Pure numbers; `overheads.py` measures them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganae_cli.units import duration, span, step_time

ROWS, PICTURES = 100, 10  # about as many, in a training
ROW_SECONDS, CHECKPOINT_SECONDS = 60.0, 600.0  # a long training has more: one in a minute, in ten minutes
SHARE = 0.05  # of the time that rows, pictures or checkpoints may take: then there are fewer
MOST_STEPS = 99_999_999  # of `train.steps`
ROUND = (1, 2, 5)


@dataclass(frozen=True)
class Seconds:
    """What things take, in seconds: a step; a row of the history, sample pictures, a checkpoint, an evaluation.

    started: from the beginning of the command to the first step. end: from the last step to the end of the command,
    apart from last pictures and a last checkpoint.
    """

    step: float
    row: float = 0.0
    picture: float = 0.0
    checkpoint: float = 0.0
    evaluation: float = 0.0
    started: float = 0.0
    end: float = 0.0


@dataclass(frozen=True)
class Planned:
    """The length of a training. steps: from now on. beside: seconds that pictures and the like, and the end, take."""

    seconds: float
    started: float
    beside: float
    step_seconds: float
    steps: int
    log_every: int
    sample_every: int
    checkpoint_every: int

    def line(self) -> str:
        """Return what the user is told.

        >>> Planned(600, 21, 12, 0.045, 12_400, 100, 1000, 1000).line()  # doctest: +NORMALIZE_WHITESPACE
        'train.budget 10m: 12,400 steps of 45 ms take 9:18, after 0:21 so far, with 0:12 for pictures, checkpoints and
        the end; rows every 100 steps, samples every 1,000, checkpoints every 1,000'
        """
        return (
            f"train.budget {span(self.seconds)}: {self.steps:,} step{'s' if self.steps > 1 else ''} of "
            f"{step_time(self.step_seconds)} take {duration(self.steps * self.step_seconds)}, after "
            f"{duration(self.started)} so far, with {duration(self.beside)} for pictures, checkpoints and the end; "
            f"rows every {self.log_every:,} steps, samples every {self.sample_every:,}, checkpoints every "
            f"{self.checkpoint_every:,}"
        )


def planned(seconds: float, takes: Seconds, given: Mapping[str, Any], block: int = 1, first: int = 0) -> Planned | None:
    """Return how long a training is that ends with its time; None if there is no time for a step.

    given: section `train` of a config; its intervals that are null are chosen, as round multiples of `block`. first:
    steps done before, of a run that goes on.
    """
    left = seconds - takes.started - takes.end - takes.picture - takes.checkpoint
    if left < takes.step:
        return None
    every = intervals(left, takes, given, block)
    per_step = takes.step + _per_step(takes, every, given.get("evaluate_every") or 0)
    last = min(MOST_STEPS, first + max(1, int(left / per_step)))
    rounded = last - last % every["log_every"]
    if rounded > first and last - rounded <= (last - first) / 50:
        last = rounded
    steps = last - first
    beside = steps * (per_step - takes.step) + takes.picture + takes.checkpoint + takes.end
    return Planned(seconds, takes.started, beside, takes.step, steps, **every)


def _per_step(takes: Seconds, every: Mapping[str, int], evaluate_every: int) -> float:
    """Return what a step's share of all that is not training takes, in seconds."""
    found = takes.row / every["log_every"] + takes.picture / every["sample_every"]
    found += takes.checkpoint / every["checkpoint_every"]
    return found + (takes.evaluation / evaluate_every if evaluate_every else 0.0)


def intervals(left: float, takes: Seconds, given: Mapping[str, Any], block: int = 1) -> dict[str, int]:
    """Return the intervals of a training of `left` seconds: those given, and round ones for those that are null.

    Rows fit `train.evaluate_every`, whose metrics stand in them, and checkpoints that are chosen by a metric fit it,
    too.
    """
    steps, evaluate = left / takes.step, int(given.get("evaluate_every") or 0)
    by_metric = evaluate if given.get("best_by") and evaluate else 0
    wanted = {
        "log_every": (min(steps / ROWS, ROW_SECONDS / takes.step), takes.row),
        "sample_every": (steps / PICTURES, takes.picture),
        "checkpoint_every": (min(steps / PICTURES, CHECKPOINT_SECONDS / takes.step), takes.checkpoint),
    }
    found = {}
    for key, (target, cost) in wanted.items():
        target = max(target, cost / (SHARE * takes.step))
        base = math.lcm(block, by_metric) if key == "checkpoint_every" and by_metric else block
        divides = evaluate if key == "log_every" else 0
        found[key] = int(given[key] or nearest(target, base, divides))
    return found


def nearest(target: float, base: int = 1, divides: int = 0) -> int:
    """Return the round number that is nearest to a target, by their ratio: 1, 2 or 5 times a power of ten.

    base: what it must be a multiple of. divides: a multiple of `base` that it must divide; 0: none.

    >>> nearest(124), nearest(1240), nearest(9, base=25), nearest(90, base=7), nearest(90, divides=300)
    (100, 1000, 50, 70, 100)
    """
    series = [number * 10**power for power in range(8) for number in ROUND]
    found = [number for number in series if number % base == 0] or [base * number for number in series]
    if divides:
        parts = [number for number in range(base, divides + 1, base) if divides % number == 0]
        found = [number for number in found if number in set(parts)] or parts or [base]
    return min(found, key=lambda number: abs(math.log(number / max(target, 1e-9))))
