"""Contract of combinations: every model with every loss, penalty and network that it can have."""

from functools import cache

import keras
import numpy as np
import pytest

from ganae_cli import optimizers, registry
from ganae_cli.builders import from_config
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.yaml_file import read
from ganae_cli.testing.games import TinyModel, play_step, terms

from_config.import_parts()
MODELS = registry.names("model")
TREE = ConfTree()


def roles(model):
    return TREE.part("model", model).roles


def players(model):
    return registry.find("model", model).players


def uses(model, kind):
    """Return True if a model uses a kind of loss; its YAML sets the others to null."""
    content, _, _ = read(TREE.files["model"][model])
    return content.get("loss", {}).get(kind, "unsaid") is not None


@pytest.fixture(scope="module")
def rehearsed():
    """`rehearsed(model)` -> a game on points, the same each time."""
    return cache(lambda model: TinyModel(model).built())


LOSSES = registry.names("adversarial")
JUDGED = [model for model in MODELS if uses(model, "adversarial")]
FIRST = [(model, LOSSES[i % len(LOSSES)]) for i, model in enumerate(JUDGED)]  # the other pairs are long tests


@pytest.mark.parametrize(
    ("model", "loss"),
    [
        (model, loss) if (model, loss) in FIRST else pytest.param(model, loss, marks=pytest.mark.slow)
        for model in JUDGED
        for loss in LOSSES
    ],
)
def test_every_adversarial_loss(rehearsed, model, loss):
    """The game is built only once per model, since it looks up its losses in each forward pass."""
    game = rehearsed(model)
    for name in [name for name in vars(game) if name.endswith("adversarial")]:
        setattr(game, name, registry.build("adversarial", loss))
    found = terms(game, (2,))
    assert np.isfinite(list(found.values())).all()


@pytest.mark.parametrize("loss", registry.names("reconstruction"))
@pytest.mark.parametrize("model", [model for model in MODELS if uses(model, "reconstruction")])
def test_every_reconstruction_loss(build, model, loss):
    found = terms(build(model, (8, 8, 1), **{"loss.reconstruction": loss}), (8, 8, 1))
    assert np.isfinite(list(found.values())).all()


def penalties(network):
    """Return the penalties that act on a network according to their YAML."""
    return [name for name in registry.names("penalty") if TREE.part("penalty", name).options["on"] == network]


@pytest.mark.parametrize(
    ("model", "on"), [(m, role) for m in MODELS for role in roles(m) if role.endswith("discriminator")]
)
def test_every_penalty_on_every_discriminator(ready, model, on):
    """All penalties act at once, each as a term of the network's player, with a gradient of its own."""
    given = {name: {"weight": 2.0, "on": on} for name in penalties("discriminator")}
    logs = play_step(ready(model, **{"loss.penalties": given}), (2,))
    assert np.isfinite(list(logs.values())).all()
    owner = next(player for player, networks in players(model).items() if on in networks)
    assert all(logs[f"{owner}.{name}"] > 0 for name in given)


@pytest.mark.parametrize("shape", [(2,), (8, 8, 1)], ids=str)
def test_every_penalty_of_an_autoencoder(ready, shape):
    """All penalties act at once, each on its default network; some of them may be negative."""
    given = {name: {"weight": 0.1} for name in (*penalties("encoder"), *penalties("decoder"))}
    assert len(given) >= 7
    logs = play_step(ready("autoencoder", shape, **{"loss.penalties": given}), shape)
    assert np.isfinite(list(logs.values())).all()
    assert all(logs[f"autoencoder.{name}"] != 0 for name in given)


NETWORKS = registry.names("network")
PAIRS = [(model, network) for model in MODELS for network in NETWORKS]
NOW = [(model, NETWORKS[i % len(NETWORKS)]) for i, model in enumerate(MODELS)]  # the other pairs are long tests


@pytest.mark.parametrize(
    ("model", "network"), [pair if pair in NOW else pytest.param(*pair, marks=pytest.mark.slow) for pair in PAIRS]
)
def test_every_network_in_every_role_that_takes_or_gives_images(build, model, network):
    of_images = [role for role, option in roles(model).items() if option == "auto"]
    game = build(
        model, (9, 8, 1), **{f"networks.{role}": {"name": network, "width": 4, "depth": 1} for role in of_images}
    )
    assert np.isfinite(list(terms(game, (9, 8, 1)).values())).all()


def test_each_player_has_the_optimizer_that_the_config_names(compose):
    config = compose("model=aegan", "optimizer=rmsprop", "optimizer.autoencoder.learning_rate=0.5")
    given = from_config.plain(config.optimizer)
    made = optimizers.for_players(dict.fromkeys(players("aegan"), 1), given, 10)
    assert all(isinstance(optimizer, keras.optimizers.RMSprop) for optimizer in made.values())
    rates = {player: round(float(optimizer.learning_rate), 6) for player, optimizer in made.items()}
    assert rates == {"discriminator": 2e-4, "code_discriminator": 2e-4, "autoencoder": 0.5}
