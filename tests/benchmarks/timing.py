"""Timing of a contender's steps in intervals of several steps; the first step is timed apart, since it compiles."""

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

LEAST_INTERVALS = 5  # after the first
STARTED = "BENCHMARK_STARTED"  # environment variable: when the command was started, in seconds since 1970


@dataclass
class Timed:
    """Result of one process. Times are in seconds, but ms is the median over the intervals; error: why it failed."""

    ms: float = 0.0
    first_step: float = 0.0  # its duration: what compiles, compiles here
    to_first_step: float = 0.0  # from the command's start to the end of the first step
    memory: int = 0  # the process's largest resident set, bytes
    parameters: int = 0  # that learn; 0: unknown
    losses: list[float] = field(default_factory=list)  # of each player, at the end
    error: str | None = None


def median_ms(seconds: list[float], interval: int) -> float:
    """Return the median milliseconds per step, given the seconds that each interval took."""
    return 1e3 * statistics.median(seconds) / interval


def enough(intervals: int, since: float, seconds: float) -> bool:
    """Return True if timing can stop: enough intervals and time after the first interval, which ended at `since`."""
    return intervals >= LEAST_INTERVALS and time.time() - since >= seconds


def measure(step: Callable[[], list], interval: int, seconds: float) -> Timed:
    """Time a contender in its own process. step: plays one step and returns its losses."""
    before = time.time()
    read(step())
    first_done = time.time()
    for _ in range(interval - 1):
        losses = step()
    took, ends = [], [time.time()]
    while not enough(len(took), ends[0], seconds):
        for _ in range(interval):
            losses = step()
        losses = read(losses)
        ends.append(time.time())
        took.append(ends[-1] - ends[-2])
    return Timed(median_ms(took, interval), first_done - before, first_done - float(os.environ[STARTED]), losses=losses)


def read(losses: list) -> list[float]:
    """Read the losses only once per interval, as ganae does, since reading waits for the end of the step."""
    return [float(loss) for loss in losses]


def hand_over(timed: Timed) -> None:
    """Print the result as the last line of standard output, for the process that started this one."""
    print(json.dumps(asdict(timed)), flush=True)
