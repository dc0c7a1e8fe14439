"""Build data, game and optimizers from a config. No module below this floor sees a config.

Builders return what they built; where the data settle what the config left open, they return the settled config too
and leave the given one as it is.
"""

import copy
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ganae_cli import optimizers, registry
from ganae_cli.builders import of_sound, size_limits, usual_rates
from ganae_cli.builders.classes import classes_of_checkpoint
from ganae_cli.config import chosen
from ganae_cli.config.saved import ready
from ganae_cli.datasets import balance, splits
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.standard import Standard, unusual_scale
from ganae_cli.engine import Game, Parts
from ganae_cli.engine.condition import NONE
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.run_folder import RunFolder

STANDARDIZE = "dataset.standardize=true trains at that scale and samples in yours"
LOOKS = 5  # for a checkpoint of a run in training, which removes old ones meanwhile
NEWEST, BEST = "newest", "best"  # checkpoints by name
WEIGHTS = AVERAGED, LIVE = "averaged", "live"  # weights by name
PATHS = (("dataset", "path"), ("evaluation", "inception_weights"))  # section and key
PARTS = ("datasets", "features", "networks", "losses", "penalties", "augmentations", "samplers", "models", "trackers")


class Built(NamedTuple):
    """A game, and the config with everything settled that it was built from."""

    game: Game
    config: DictConfig


class Opened(NamedTuple):
    """A trained game with its averaged or live weights, the config of its run, and the checkpoint of the weights."""

    game: Game
    config: DictConfig
    checkpoint: Checkpoint


def import_parts(plugins: Iterable[str] = ()) -> None:
    """Import every module that registers a part, so that a config can name it."""
    for package in PARTS:
        registry.import_parts(f"ganae_cli.{package}")
    registry.import_plugins(plugins)


def plain(section: DictConfig) -> dict[str, Any]:
    """Return a section as plain values, `${…}` resolved. Raises UserError for a reference that leads nowhere."""
    try:
        return cast(dict[str, Any], OmegaConf.to_container(section, resolve=True))
    except OmegaConfBaseException as error:
        raise UserError(f"{error.full_key}: {str(error.msg).splitlines()[0]}") from error


def with_values(config: DictConfig, values: dict[str, Any]) -> DictConfig:
    """Return a copy of a config with these values under their dotted keys; `${…}` elsewhere stays as it is."""
    changed = copy.deepcopy(config)
    OmegaConf.set_struct(changed, False)
    for key, value in values.items():
        OmegaConf.update(changed, key, value, merge=False, force_add=True)
    return changed


def with_absolute_paths(config: DictConfig) -> DictConfig:
    """Return a copy in which files named relative to the current folder are found from any other folder."""
    given = ((section, key) for section, key in PATHS if section in config)
    given = ((section, key) for section, key in given if not OmegaConf.is_interpolation(config[section], key))
    paths = {f"{section}.{key}": config[section].get(key) for section, key in given}
    return with_values(config, {key: str(Path(path).expanduser().absolute()) for key, path in paths.items() if path})


def build_data(config: DictConfig, standard: Standard | None = None) -> Data:
    """Build the dataset of config `dataset`, its validation rows set aside, cut to `train.examples` if that is set.

    standard: by which the run has standardised its points so far; None: by its training rows, if it standardises.
    """
    options = plain(config.dataset)
    name = options.pop("name")
    shared = set(splits.OF_EVERY_DATASET) - set(registry.options("dataset", name))  # unless a dataset does it itself
    of_every = {key: options.pop(key) for key in shared & set(options)}
    data = registry.build("dataset", name, **options)
    # Of all rows, before some are left out.
    data = replace(data, source=data.fingerprint, labels_source=data.labels_fingerprint)
    data = splits.with_validation(data, **(splits.OF_EVERY_DATASET | of_every))
    if config.train.examples:
        data = data.first(config.train.examples)
    if data.standardize:
        data = data.standardized(standard)
    unusual = scale_hint(config, data)
    uneven = balance.of_training(data)
    more = (*([unusual] if unusual else []), *uneven, *of_sound.warnings(config, data))
    return replace(data, warnings=(*data.warnings, *more)).ready()


def scale_hint(config: DictConfig, data: Data) -> str | None:
    """Return what to do about points whose scale is far from 1; None if there is nothing to do."""
    unusual = unusual_scale(data.train) if data.kind == "points" and not data.standard else None
    can = "standardize" in registry.options("dataset", config.dataset.name)
    return unusual and f"{unusual}; networks learn at a scale of about 1: {STANDARDIZE if can else 'divide them'}"


def latent_size(shape: tuple[int, ...], count: int | None = None) -> int:
    """Return z_dim where none is chosen: half the square root of an image's numbers, 2 at least; twice a point's.

    Of few images, no more than the square root of their count: the density of codes, with a covariance between each two
    numbers, has to be learned from as many codes. Rules of thumb. `ganae train --multirun sweep=code_size` measures.
    count: of training rows; None: many.

    >>> latent_size((8, 8, 1)), latent_size((28, 28, 1)), latent_size((32, 32, 3)), latent_size((2,))
    (4, 14, 28, 4)
    >>> [latent_size((112, 92, 1), count) for count in (100, 360, 2601, 60_000)]
    [10, 19, 51, 51]
    """
    if len(shape) == 1:
        return 2 * shape[0]
    of_size = round(math.sqrt(math.prod(shape)) / 2)
    return max(2, of_size if count is None else min(of_size, round(math.sqrt(count))))


def build_game(
    config: DictConfig, shape: tuple[int, ...], classes: tuple[str, ...] = (), count: int | None = None
) -> Built:
    """Build the model of config `model` for data of a shape, its networks initialised from `seed`.

    classes: names of those that a conditional model draws. count: of training rows; None: many.

    The settled config states `model.z_dim`, weights that the size of the data decides, the network that each `auto`
    stands for, every option of networks and penalties, and the learning rate.
    """
    options, loss = plain(config.model), plain(config.loss)
    if options["z_dim"] is None:
        options["z_dim"] = latent_size(shape, count)
    settled = {"model.z_dim": options["z_dim"]}
    augmentation = plain(config.augmentation) if "augmentation" in config else None
    name, condition = options.pop("name"), options.pop("condition", NONE)
    try:
        networks = plain(config.networks)
        parts = Parts.of_config(shape, networks, loss, config.seed, condition, classes, augmentation, name)
        game = registry.build("model", name, parts=parts, **options)
        parts.condition.refuse_unused()
    except UserError as error:
        raise UserError(f"model {chosen.name(config, 'model')}: {error}") from error
    settled["networks"], settled["loss.penalties"] = parts.settled(name)
    kinds = [network["name"] for network in settled["networks"].values()]
    settled |= usual_rates.settle(plain(config.optimizer), kinds, game.players)
    settled |= {
        f"model.weights.{player}.{term}": game.term_weights.given[player][term]
        for player, terms in (options.get("weights") or {}).items()
        for term, weight in (terms or {}).items()
        if weight is None
    }
    return Built(game, with_values(config, settled))


def build_optimizers(config: DictConfig, game: Game, rate_factor: float = 1.0) -> dict:
    """Build player -> optimizer from config `optimizer`, for the players that have one. rate_factor: of their rates."""
    options = plain(config.optimizer)
    for player in set(options) & set(game.shares_optimizers):
        owners = "; ".join(f"{', '.join(roles)}: optimizer.{owner}" for owner, roles in game.moved_with[player].items())
        raise UserError(f"optimizer.{player}: this player moves networks with the optimizers of others ({owners})")
    moves = {player: game.moves_per_step(player) for player in game.optimizer_owners}
    game.total_steps = config.train.steps
    return optimizers.for_players(moves, options, game.length, rate_factor)


def open_game(
    folder: RunFolder,
    plugins: Iterable[str] = (),
    warn: Callable[[str], None] = lambda line: None,
    checkpoint: str | int = NEWEST,
    weights: str | None = None,
) -> Opened:
    """Open a run's game. Raises UserError if it has no such whole checkpoint, or one without such weights.

    checkpoint: "newest", "best" by `train.best_by`, or a step. warn: is told of damaged checkpoints on the way.
    weights: "averaged", "live" or None: averaged if the checkpoint has averages (train.ema), else live.
    """
    if weights not in (AVERAGED, LIVE, None):
        raise UserError(f"weights must be {AVERAGED} or {LIVE}, got {weights!r}{did_you_mean(str(weights), WEIGHTS)}")
    plugins = list(plugins)
    import_parts(plugins)
    config = ready(folder.read_config(), "--plugins PACKAGE", plugins, is_for_use=True)
    game, found = _game_with_weights(folder, config, checkpoint, warn)
    if weights == AVERAGED and not game.averages.are_loaded:
        raise UserError(f"step {found.step} of {folder.path} has no averaged weights (train.ema=0), only live ones")
    if weights != LIVE and game.averages.are_loaded:
        game.averages.take()
    return Opened(game, config, found)


def _game_with_weights(
    folder: RunFolder, config: DictConfig, which: str | int, warn: Callable[[str], None]
) -> tuple[Game, Checkpoint]:
    """Return the game with the weights of a checkpoint, and this; of another one, if a run removes it meanwhile."""
    game: Game | None = None
    for _ in range(LOOKS):
        found = _find_checkpoint(folder, which, config.train.get("best_by"), warn)
        try:
            if game is None:
                size_limits.check({"model": plain(config.model), "networks": plain(config.networks)}, found)
                shape = tuple(found.fact("architecture")["shape"])
                game, _ = build_game(config, shape, classes_of_checkpoint(config, found))
                game.keep_averages(1.0)  # whatever train.ema says now: it may have changed since this checkpoint
            game.read_weights(found.weights)
            return game, found
        except (UserError, OSError):
            if not found.is_gone():
                raise
    raise UserError(f"the checkpoints of {folder.path} were removed as fast as they were found: try again")


def _find_checkpoint(folder: RunFolder, which: str | int, metric: str | None, warn) -> Checkpoint:
    if which == BEST:
        return folder.checkpoints.best(metric)
    if which != NEWEST:
        return folder.checkpoints.of_step(int(which))
    newest = folder.checkpoints.newest(warn)
    if newest is None:
        raise UserError(f"{folder.path} has no checkpoint yet")
    return newest
