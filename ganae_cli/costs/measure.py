"""A run is tried out before it is paid for: built as training builds it, counted, and played for some steps.

Nothing is written and nothing kept. Memory is measured: what XLA knows of its own program it only writes into files,
and it leaves out the rest of the process.
"""

import statistics
import time

import keras
import tensorflow as tf
from omegaconf import DictConfig, OmegaConf

from ganae_cli.builders import from_config
from ganae_cli.costs.flops import cost, step_flops
from ganae_cli.costs.report import NetworkCost, RunCost, StepTime
from ganae_cli.engine.game import Game
from ganae_cli.runtime import devices, preflight, process
from ganae_cli.runtime.log import say
from ganae_cli.training import setup

FEWEST_CALLS, LEAST_SECONDS, MOST_SECONDS = 10, 1.0, 3.0  # that are timed; a slow call is timed once at least
APART = "time and memory are not measured, which takes all workers; counted as if one device played it all"


def measure(config: DictConfig, plugins=()) -> RunCost:
    """What the run of a config would cost. Settles what the data decide in `config`.

    Raises UserError for what cannot be built or does not fit the data, as training does.
    """
    OmegaConf.set_struct(config, False)
    from_config.settle_paths(config)
    is_alone = not preflight.joins_workers(config.hardware.strategy)
    if not is_alone:
        config.hardware.update(strategy="none", devices=1)
    session = devices.prepare(**from_config.plain(config.hardware))
    from_config.import_parts(plugins)
    run = setup.Run(config, session, from_config.build_data(config))
    game = setup.build(run, plugins)
    title = f"{config.model.name} on {config.dataset.name}"
    timed = _play(run, game, title) if is_alone else None
    size, data = config.train.batch_size, run.data
    return RunCost(
        title=title,
        data=f"{len(data.train):,} {data.kind} of {'x'.join(map(str, data.shape))} to learn from",
        devices=", ".join(session.devices),
        networks=_networks(config, game),
        rows=size * game.batches_per_step,
        steps=config.train.steps,
        flops=step_flops(game, (size, *data.shape)),
        time=timed,
        note="" if is_alone else APART,
    )


def _networks(config: DictConfig, game: Game) -> list[NetworkCost]:
    """Those that learn, and those of a game that stays as it is."""
    found = [_network(game, role, role, from_config.plain(config.networks)) for role in game.roles]
    if game.frozen:
        inner = getattr(game, game.frozen)
        kinds = from_config.plain(config.model[game.frozen].networks)
        found += [_network(inner, role, f"{role} (frozen)", kinds) for role in inner.roles]
    return found


def _network(game: Game, role: str, title: str, kinds: dict) -> NetworkCost:
    network = getattr(game, role)
    shapes = network.input_shape[1:], network.output_shape[1:]
    counted = cost(network)
    return NetworkCost(title, kinds[role]["name"], *shapes, counted.parameters, counted.flops)


def _play(run: setup.Run, game: Game, title: str) -> StepTime:
    """Some steps of the run, as `fit` plays them."""
    say(f"{title}: compiling the step …")
    peak_before, before, clock = process.peak_memory(), process.memory(), _Clock()
    game.total_steps = FEWEST_CALLS * 1000 * game.block  # however few the run has
    stream = setup.stream(run, game, game.total_steps)
    calls = game.total_steps // game.block
    game.fit(stream, epochs=1, steps_per_epoch=calls, shuffle=False, verbose=0, callbacks=[clock])
    first, *others = clock.seconds
    peak, grown = process.peak_memory(), None
    if peak is not None:
        reached = peak if peak > peak_before else process.memory()  # else the peak is an older one
        grown = max(0, reached - before)
    gpus = [device for device in run.session.devices if device.startswith("GPU")]
    gpu_peak = sum(tf.config.experimental.get_memory_info(gpu)["peak"] for gpu in gpus) if gpus else None
    return StepTime(first, statistics.median(others) / game.block, len(others) * game.block, peak, grown, gpu_peak)


class _Clock(keras.callbacks.Callback):
    """Times each call of the compiled program, from the end of the one before, and ends when enough are timed."""

    def __init__(self):
        super().__init__()
        self.seconds: list[float] = []

    def on_train_begin(self, logs=None):
        self.last = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.model.step.numpy()  # waits until a GPU has done what it was given
        now = time.perf_counter()
        self.seconds.append(now - self.last)
        self.last = now
        others = self.seconds[1:]
        if not others:
            say("playing some steps …")
        is_enough = len(others) >= FEWEST_CALLS and sum(others) >= LEAST_SECONDS
        if others and (is_enough or sum(others) >= MOST_SECONDS):
            self.model.stop_training = True
