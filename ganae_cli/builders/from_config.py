"""From a config to parts: the last place below which nobody sees a config."""

import math
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ganae_cli import optimizers, registry
from ganae_cli.datasets.base import Data
from ganae_cli.engine.game import Game
from ganae_cli.engine.parts import Parts
from ganae_cli.errors import UserError
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.run_folder import RunFolder

NEWEST, BEST = "newest", "best"  # checkpoints by name
PARTS = ("datasets", "networks", "losses", "penalties", "samplers", "models")


def import_parts(plugins=()) -> None:
    """Declare everything that a config can name."""
    for package in PARTS:
        registry.import_parts(f"ganae_cli.{package}")
    registry.import_plugins(plugins)


def plain(section: DictConfig) -> dict:
    """A section as plain values, `${…}` resolved."""
    return OmegaConf.to_container(section, resolve=True)


def build_data(config: DictConfig) -> Data:
    """The dataset of config `dataset`, cut to `train.examples` if that is set."""
    options = plain(config.dataset)
    data = registry.build("dataset", options.pop("name"), **options)
    return data.first(config.train.examples) if config.train.examples else data


def code_size(shape: tuple[int, ...]) -> int:
    """z_dim where none is chosen: half the square root of the numbers in an image, 2 at least; twice a point's numbers.

    A rule of thumb: 4 for 8x8 grey, 14 for 28x28 grey, 28 for 32x32 in colour. `ganae train --multirun sweep=code_size`
    measures.
    """
    return 2 * shape[0] if len(shape) == 1 else max(2, round(math.sqrt(math.prod(shape)) / 2))


def build_game(config: DictConfig, shape: tuple[int, ...]) -> Game:
    """The model of config `model`, its networks initialised from `seed`.

    Settles what the data decide: `model.z_dim` if it is null, and each network `auto`, with all its options said.
    """
    if config.model.z_dim is None:
        config.model.z_dim = code_size(shape)
    options, loss = plain(config.model), plain(config.loss)
    parts = Parts(shape, plain(config.networks), seed=config.seed, **loss)
    name = options.pop("name")
    try:
        game = registry.build("model", name, parts=parts, **options)
    except UserError as error:
        raise UserError(f"model {name}: {error}") from error
    parts.finish(name)
    OmegaConf.update(config, "networks", parts.networks, merge=False, force_add=True)
    OmegaConf.update(config, "loss.penalties", parts.penalties, merge=False, force_add=True)
    return game


def open_game(
    folder: RunFolder, plugins=(), warn=lambda line: None, checkpoint: str | int = NEWEST
) -> tuple[Game, DictConfig, Checkpoint]:
    """A run's game with its averaged weights, its config and a whole checkpoint. UserError if there is none.

    checkpoint: "newest", "best" by `train.best_by`, or a step.
    """
    config = folder.read_config()
    checkpoint = _chosen(folder, checkpoint, config.train.get("best_by"), warn)
    import_parts(plugins)
    game = build_game(config, tuple(checkpoint.about["architecture"]["shape"]))
    game.keep_averages(config.train.ema)
    game.read_weights(checkpoint.weights)
    game.take_averages()
    return game, config, checkpoint


def _chosen(folder: RunFolder, which: str | int, metric: str | None, warn) -> Checkpoint:
    if which == BEST:
        return folder.best_checkpoint(metric)
    if which != NEWEST:
        return folder.checkpoint_of(int(which))
    newest = folder.newest_checkpoint(warn)
    if newest is None:
        raise UserError(f"{folder.path} has no checkpoint yet")
    return newest


def settle_paths(config: DictConfig) -> None:
    """Files named relative to the current folder are found from any other; `${…}` stays as it is."""
    section = config.dataset
    if section.get("path") and not OmegaConf.is_interpolation(section, "path"):
        section.path = str(Path(section.path).expanduser().absolute())


def build_optimizers(config: DictConfig, game: Game) -> dict:
    """player -> optimizer, from config `optimizer`."""
    moves = {player: sum(player in movers for movers in game.rounds) for player in game.players}
    return optimizers.for_players(moves, plain(config.optimizer), config.train.steps)
