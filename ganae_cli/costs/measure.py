"""Measure what a run would cost: build it as training builds it, count, and play some of its steps.

Nothing is written and nothing kept. Memory is measured: what XLA knows of its own program it only writes into files,
and it leaves out the rest of the process.
"""

import statistics
import time
from collections.abc import Iterable
from pathlib import Path

import tensorflow as tf
from omegaconf import DictConfig

from ganae_cli.builders import from_config
from ganae_cli.config import budget as budgets
from ganae_cli.config import chosen
from ganae_cli.costs import left_open
from ganae_cli.costs.flops import cost, step_flops
from ganae_cli.costs.grids import grids_of, in_words
from ganae_cli.costs.report import NetworkCost, RunCost, StepTime
from ganae_cli.datasets import splits
from ganae_cli.engine import Game
from ganae_cli.runtime import devices, preflight, process
from ganae_cli.runtime.log import say
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import settle, setup
from ganae_cli.training.setup import Setup
from ganae_cli.training.step_time import MOST_CALLS, Clock

APART = "time and memory are not measured, which takes all workers; counted as if one device played it all"


def measure(config: DictConfig, plugins: Iterable[str] = (), began: float | None = None) -> RunCost:
    """Return what the run of a config would cost.

    began: when a command that trains would have, by `time.monotonic`; None: now. Raises UserError for what cannot be
    built or does not fit the data or its budget, as training does.
    """
    began = time.monotonic() if began is None else began
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
    plan = settle.settle(trial, RunFolder(Path()), 0, began).plan if is_alone else None
    given = budgets.seconds(config.train)
    size, data = config.train.batch_size, trial.data
    return RunCost(
        title=title,
        data=splits.counted(data),
        devices=", ".join(session.devices),
        networks=_networks(trial.config, trial.game),
        rows=size * trial.game.batches_per_step,
        steps=plan.steps if plan else config.train.steps if given is None else 0,
        flops=step_flops(trial.game, (size, *data.shape)),
        time=timed,
        note="" if is_alone else APART,
        budget=given,
        plan=plan.line() if plan else "",
        settled=left_open.settled(from_config.plain(config), from_config.plain(trial.config)),
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
    peak_before, before, clock = process.peak_memory(), process.memory(), Clock()
    game.total_steps = MOST_CALLS * game.block  # however few the run has
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
