"""Fixtures of the contracts of models: games built from configs, and played on random data."""

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.batches import batches
from ganae_cli.engine import step

BATCH, SEED = 7, 5  # an odd number of rows
TREE = ConfTree()


@pytest.fixture
def configure(compose):
    """Composes the config of a model with narrow networks, convolutions for images; changes: dotted key -> value."""

    def configured(model, shape, **changes):
        config = compose(f"model={model}", f"seed={SEED}", "model.z_dim=3")
        for role, option in TREE.part("model", model).roles.items():
            config.networks[role] = narrow(option, config.networks[role], shape)
        for key, value in changes.items():
            OmegaConf.update(config, key, value, merge=False, force_add=True)
        return config

    return configured


def narrow(option, given, shape):
    """Return the settings of a small network for a role; other options that its YAML states stay."""
    is_image = option != "mlp" and len(shape) == 3  # a code discriminator takes vectors
    name = ("dcgan" if option == "auto" else option) if is_image else "mlp"
    known = registry.options("network", name)
    sizes = {"width": 4} if is_image else {"width": 8, "depth": 1}
    return {key: value for key, value in given.items() if key in known and value is not None} | {"name": name} | sizes


@pytest.fixture
def build(configure, play):
    """Builds and rehearses the game of a config."""

    def built(model, shape=(2,), **changes):
        game, _ = from_config.build_game(configure(model, shape, **changes), shape)
        game.rehearse(play.batch(shape, game.batches_per_step))
        return game

    return built


@pytest.fixture
def ready(configure, build):
    """Builds the same game, compiled with the optimizers of its config."""

    def compiled(model, shape=(2,), **changes):
        game = build(model, shape, **changes)
        game.compile(from_config.build_optimizers(configure(model, shape, **changes), game), ema=0.9)
        return game

    return compiled


class Play:
    """Plays games on random data of a shape."""

    def numbers(self, shape, count=8 * BATCH):
        """Return random data of a shape."""
        random = np.random.default_rng(0)
        if len(shape) == 3:
            rows = random.integers(0, 256, (count, *shape)).astype(np.uint8)
        else:
            rows = random.normal(size=(count, *shape)).astype(np.float32)
        return Data("numbers", rows, rows)

    def fit(self, game, shape, first, steps, callbacks=()):
        """Train from step `first` to step `steps`, as a run does."""
        stream = batches(self.numbers(shape), BATCH, SEED, first, steps, per_step=game.batches_per_step)
        options = {"epochs": 1, "steps_per_epoch": steps - first, "verbose": 0, "shuffle": False}
        game.fit(stream, callbacks=list(callbacks), **options)

    def batch(self, shape, per_step=1):
        """Return the rows of the first step."""
        return next(iter(batches(self.numbers(shape), BATCH, SEED, 0, 1, per_step=per_step)))

    def step(self, game, shape):
        """Play one step, not compiled; return name -> value of every term."""
        logs = game.train_step(self.batch(shape, game.batches_per_step))
        assert all(value.shape == (1,) for value in logs.values())
        return {name: float(value[0]) for name, value in logs.items()}

    def terms(self, game, shape):
        """Return every term of every player on one batch, without moving any: name -> value."""
        outputs = step.forward(game, self.batch(shape, game.batches_per_step))
        named = {player: game.loss_terms(player, outputs) for player in game.players}
        return {
            f"{player}.{name}": float(value) for player, of_player in named.items() for name, value in of_player.items()
        }

    def state(self, game):
        """Return all that the next step depends on: networks, averages, step, sums, optimizers."""
        optimizers = game.optimizers.values()
        variables = [*game.variables, *(v for optimizer in optimizers for v in optimizer.variables)]
        return [(v.path, v.numpy()) for v in variables]


@pytest.fixture(scope="session")
def play(parts):
    return Play()
