"""Measure what a run would cost: build it as training builds it, count, and play some of its steps.

Nothing is written and nothing kept. Memory is measured: what XLA knows of its own program it only writes into files,
and it leaves out the rest of the process.
"""

import math
import statistics
import time
from collections.abc import Iterable

import keras
import tensorflow as tf
from omegaconf import DictConfig

from ganae_cli.builders import from_config
from ganae_cli.config import chosen
from ganae_cli.costs.flops import cost, step_flops
from ganae_cli.costs.grids import grids_of, in_words
from ganae_cli.costs.report import NetworkCost, RunCost, StepTime
from ganae_cli.datasets import splits
from ganae_cli.engine import Game
from ganae_cli.runtime import devices, preflight, process
from ganae_cli.runtime.log import say
from ganae_cli.training import setup
from ganae_cli.training.setup import Setup

FEWEST_CALLS, LEAST_SECONDS, MOST_SECONDS = 10, 0.25, 2.0  # that are timed; a slow call is timed once at least
STABLE = 0.02  # of the median: as far as it may be off when timing ends early
APART = "time and memory are not measured, which takes all workers; counted as if one device played it all"


def measure(config: DictConfig, plugins: Iterable[str] = ()) -> RunCost:
    """Return what the run of a config would cost.

    Raises UserError for what cannot be built or does not fit the data, as training does.
    """
    is_alone = not preflight.joins_workers(config.hardware)
    alone = {} if is_alone else {"hardware.strategy": "none", "hardware.devices": 1}
    config = from_config.with_values(from_config.with_absolute_paths(config), alone)
    session = devices.prepare(**from_config.plain(config.hardware))
    from_config.import_parts(plugins)
    trial = setup.build(config, session, from_config.build_data(config), plugins)
    for line in trial.data.warnings:
        say(f"ganae: warning: {line}")
    title = chosen.title(config)
    timed = _play(trial, title) if is_alone else None
    size, data = config.train.batch_size, trial.data
    return RunCost(
        title=title,
        data=splits.counted(data),
        devices=", ".join(session.devices),
        networks=_networks(trial.config, trial.game),
        rows=size * trial.game.batches_per_step,
        steps=config.train.steps,
        flops=step_flops(trial.game, (size, *data.shape)),
        time=timed,
        note="" if is_alone else APART,
    )


def _networks(config: DictConfig, game: Game) -> list[NetworkCost]:
    """Return the costs of the networks that learn, and of those of the trained game within, which stay as they are."""
    found = [_network(game, role, role, from_config.plain(config.networks)) for role in game.roles]
    if game.inner:
        kinds = from_config.plain(config.model[game.pretrained].networks)
        found += [_network(game.inner, role, f"{role} (frozen)", kinds) for role in game.inner.roles]
    return found


def _network(game: Game, role: str, title: str, kinds: dict) -> NetworkCost:
    network = game.network(role)
    counted, drawn = cost(network, game.condition.labels), in_words(grids_of(network))
    inputs, outputs = network.input_shape[1:], network.output_shape[1:]
    return NetworkCost(title, kinds[role]["name"], inputs, outputs, counted.parameters, counted.flops, drawn)


def _play(trial: Setup, title: str) -> StepTime:
    """Play some steps of the run, as training plays them, and time them."""
    say(f"{title}: compiling the step …")
    game = trial.game
    peak_before, before, clock = process.peak_memory(), process.memory(), _Clock()
    game.total_steps = FEWEST_CALLS * 1000 * game.block  # however few the run has
    trial.fit(0, game.total_steps, [clock])
    first, *others = clock.seconds
    peak = process.peak_memory()
    grown = None
    if peak is not None and peak_before is not None and before is not None:
        reached = peak if peak > peak_before else process.memory()  # else the peak is an older one
        grown = max(0, (reached or 0) - before)
    gpus = [device for device in trial.session.devices if device.startswith("GPU")]
    gpu_peak = sum(tf.config.experimental.get_memory_info(gpu)["peak"] for gpu in gpus) if gpus else None
    return StepTime(first, statistics.median(others) / game.block, len(others) * game.block, peak, grown, gpu_peak)


class _Clock(keras.callbacks.Callback):
    """Times each call of the compiled program, from the end of the one before, and ends when enough are timed."""

    def __init__(self):
        super().__init__()
        self.seconds: list[float] = []
        self.last = 0.0

    def on_train_begin(self, logs=None):
        self.last = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.model.state.step.numpy()  # waits until a GPU has done what it was given
        now = time.perf_counter()
        self.seconds.append(now - self.last)
        self.last = now
        others = self.seconds[1:]
        if not others:
            say("playing some steps …")
        is_enough = len(others) >= FEWEST_CALLS and sum(others) >= LEAST_SECONDS and uncertainty(others) <= STABLE
        if others and (is_enough or sum(others) >= MOST_SECONDS):
            self.model.stop_training = True


def uncertainty(seconds: list[float]) -> float:
    """Return the standard error of the median of some times, as a part of it; of at least two times.

    It is 1.2533 s / sqrt(n) for normally distributed times, with s = 0.7413 times the distance between the quartiles,
    which a few times that are far too long leave as it is.

    >>> round(uncertainty([1.0, 1.1, 0.9, 1.0, 1.1, 0.9, 1.0, 9.0, 1.0]), 4)
    0.0465
    """
    low, middle, high = statistics.quantiles(seconds, n=4)
    return 1.2533 * 0.7413 * (high - low) / math.sqrt(len(seconds)) / middle
