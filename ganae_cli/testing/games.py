"""Games of tiny networks, built from the config of a model, and trained on random data."""

import copy
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from omegaconf import DictConfig, OmegaConf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.builders.classes import condition_of
from ganae_cli.command_line import plan, request
from ganae_cli.command_line.hydra_app import HydraApp, environment
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.batches import batches
from ganae_cli.engine import Game, step
from ganae_cli.engine.condition import NONE

BATCH, SEED, Z_DIM = 7, 5, 3  # an odd number of rows
CLASSES = ("a", "b", "c")
Shape = tuple[int, ...]


def compose(*words: str, config_folders: Sequence[str | Path] = ()) -> DictConfig:
    """Return the checked config that `ganae train WORD …` would train."""
    folders = tuple(Path(folder) for folder in config_folders)
    tree = ConfTree(folders)
    with environment(GANAE_STAMP="2026-01-31/12-00-00-c0de"):
        made = plan.make(HydraApp("train", request.parse(list(words)), tree.folders[1:]), tree)
    return made.jobs[0].config


class TinyModel:
    """A model by the name that `model=` takes, whose networks are made tiny.

    roles: role -> default network, as its YAML lists them. page: the class.
    """

    def __init__(self, name: str, plugins: Iterable[str] = (), config_folders: Sequence[str | Path] = ()):
        from_config.import_parts(plugins)
        self.name, self.plugins, self.config_folders = name, tuple(plugins), config_folders
        part = ConfTree(tuple(Path(folder) for folder in config_folders)).part("model", name)
        if part is None:
            raise AssertionError(f"no file conf/model/{name}.yaml is found")
        self.roles, self.options = part.roles, part.options
        self.page = cast(type[Game], registry.find("model", part.options["name"]))
        self._composed: DictConfig | None = None

    @property
    def players(self) -> dict[str, tuple[str, ...]]:
        """Player -> the networks it owns."""
        return self.page.players

    def config(self, shape: Shape, **changes: Any) -> DictConfig:
        """Return the model's config with narrow networks, convolutions for images. changes: dotted key -> value."""
        if self._composed is None:
            words = [f"model={self.name}", f"seed={SEED}", f"model.z_dim={Z_DIM}"]
            words += [f"plugins=[{','.join(self.plugins)}]"] if self.plugins else []
            self._composed = compose(*words, config_folders=self.config_folders)
        config = copy.deepcopy(self._composed)
        config.pop("plugins", None)
        for role, option in self.roles.items():
            config.networks[role] = _narrow(option, config.networks[role], shape)
        for key, value in changes.items():
            OmegaConf.update(config, key, value, merge=False, force_add=True)
        return config

    def built(self, shape: Shape = (2,), **changes: Any) -> Game:
        """Return the rehearsed game of the config."""
        return self._built(shape, **changes).game

    def _built(self, shape: Shape, **changes: Any) -> from_config.Built:
        config = self.config(shape, **changes)
        built = from_config.build_game(config, shape, () if condition_of(config) == NONE else CLASSES)
        built.game.rehearse(batch_of(built.game, shape))
        return built

    def ready(self, shape: Shape = (2,), **changes: Any) -> Game:
        """Return the game of the config, compiled with its optimizers."""
        game, settled = self._built(shape, **changes)
        game.compile(from_config.build_optimizers(settled, game), ema=0.9)
        return game


def _narrow(option: str, given: DictConfig, shape: Shape) -> dict[str, Any]:
    """Return a network of the kind that the role has, with few weights; its other options stay."""
    is_image = option != "mlp" and len(shape) == 3  # a code discriminator sees vectors
    name = ("dcgan" if option == "auto" else option) if is_image else "mlp"
    known = registry.options("network", name)
    sizes = {"width": 4 if is_image else 8, "depth": 1}
    sizes = {key: value for key, value in sizes.items() if key in known}
    return {key: value for key, value in given.items() if key in known and value is not None} | {"name": name} | sizes


def random_data(shape: Shape, count: int = 8 * BATCH) -> Data:
    """Return random images or points of a shape and of three classes, always the same."""
    random = np.random.default_rng(0)
    if len(shape) == 3:
        rows = random.integers(0, 256, (count, *shape)).astype(np.uint8)
    else:
        rows = random.normal(size=(count, *shape)).astype(np.float32)
    labels = np.arange(count, dtype=np.int64) % len(CLASSES)
    return Data("random", rows, rows, labels, labels, classes=CLASSES)


@cache
def first_batch(shape: Shape, batches_per_step: int = 1, labels: bool = False):
    """Return the rows of the first step, with their labels if they are wanted."""
    return next(iter(batches(random_data(shape), BATCH, SEED, 0, 1, per_step=batches_per_step, labels=labels)))


def batch_of(game: Game, shape: Shape):
    """Return what the first step of a game takes."""
    return first_batch(shape, game.batches_per_step, game.condition.is_on)


def fit(game: Game, shape: Shape, first: int, steps: int, callbacks: Iterable = ()) -> None:
    """Train from step `first` to step `steps`, as a run does."""
    data, per_step, labels = random_data(shape), game.batches_per_step, game.condition.is_on
    stream = batches(data, BATCH, SEED, first, steps, per_step=per_step, labels=labels)
    game.fit(stream, epochs=1, steps_per_epoch=steps - first, verbose=0, shuffle=False, callbacks=list(callbacks))


def play_step(game: Game, shape: Shape) -> dict[str, float]:
    """Play one step that is not compiled; return term -> value."""
    logs = game.train_step(batch_of(game, shape))
    return {name: float(value[0]) for name, value in logs.items()}


def terms(game: Game, shape: Shape) -> dict[str, float]:
    """Return every term of every player on one batch, from one forward pass."""
    outputs = step.forward(game, batch_of(game, shape))
    named = {player: getattr(game, f"{player}_loss")(outputs) for player in game.players}
    return {f"{player}.{name}": float(value) for player, own in named.items() for name, value in own.items()}


def state(game: Game) -> list[tuple[str, np.ndarray]]:
    """Return all that the next step depends on: networks, averages, step, sums, optimizers."""
    kept = [*game.variables, *(v for optimizer in game.optimizers.values() for v in optimizer.variables)]
    return [(v.path, v.numpy()) for v in kept]
