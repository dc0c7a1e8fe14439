"""How many jobs of a sweep train at the same time, and how they share the processors of the machine."""

from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ganae_cli.runtime import process
from ganae_cli.sweeps import gpus
from ganae_cli.terminal import tell
from ganae_cli.units import megabytes

AUTO = "auto"
NEEDED = 2 * 2**30  # bytes of memory for a job, where no job of the sweep has shown it: digits 0.8, MNIST 1.8 GB


def of_pool(asked: int | str, count: int | None, hardware: Sequence[Mapping[str, Any]], needed: int = NEEDED) -> int:
    """Return how many jobs train at once in the pool, by `sweep.jobs`.

    count: of jobs; None if it is not known. hardware: section of the config of each job, or of one. needed: bytes of
    memory that a job takes.
    """
    if asked != AUTO:
        return min(int(asked), count or int(asked))
    fits = fitting(hardware, needed)
    chosen = min(fits, count or fits)
    free = process.available_memory()
    memory = f", {megabytes(free)} of memory free, {megabytes(needed)} for each" if free is not None else ""
    tell(f"sweep.jobs=auto: {chosen} at a time ({process.processors()} processors{memory})")
    return chosen


def fitting(hardware: Sequence[Mapping[str, Any]], needed: int) -> int:
    """Return how many jobs fit the machine: one for each GPU, or, on CPUs, for each processor that has the memory."""
    if any(section.get("device") != "cpu" for section in hardware) and gpus.visible():
        return len(gpus.visible())
    threads = max((section.get("threads") or 1 for section in hardware), default=1)
    by_processors, free = process.processors() // threads, process.available_memory()
    return max(1, by_processors if free is None else min(by_processors, free // needed))


def of_launcher(launcher: DictConfig, sweeper: DictConfig, count: int | None) -> int:
    """Return how many jobs another launcher runs at the same time: its `n_jobs`, as `joblib` has, or 1.

    A negative `n_jobs` leaves processors free, as joblib counts them: -1 none, -2 one. count: of all jobs; None where
    the sweeper makes them up, `n_jobs` of its own at a time.
    """
    asked = launcher.get("n_jobs") or 1
    if asked < 0:
        asked = max(1, process.processors() + 1 + asked)
    most = count or sweeper.get("n_jobs") or asked
    return min(asked, most)


def share_threads(config: DictConfig, at_once: int) -> None:
    """Give a job its part of the processors, at least one thread, unless `hardware.threads` says how many it has."""
    if at_once > 1 and config.hardware.threads is None:
        OmegaConf.update(config, "hardware.threads", max(1, process.processors() // at_once))
