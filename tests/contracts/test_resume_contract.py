"""Contract of every model, network and optimizer: a game goes on from its weights file bit for bit."""

import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.testing import models as contracts
from ganae_cli.testing.games import play_step, state

from_config.import_parts()
TREE = ConfTree()
NOW = ("aegan", "began", "bigan", "gan", "latent_gan", "vae")  # which keep what the others keep, or more
MODELS = [
    name if name in NOW else pytest.param(name, marks=pytest.mark.slow)
    for name in TREE.options("model")
    if name != AUTO
]


def assert_same(one, two):
    assert len(one) == len(two) > 0
    for (path, value), (_, other) in zip(one, two, strict=True):
        assert np.array_equal(value, other), path


@pytest.mark.parametrize("model", MODELS)
def test_a_step_saved_and_one_more_are_two_steps_bit_for_bit(model_of, tmp_path, model):
    contracts.check_resume(model_of(model), tmp_path / "at.weights.h5")


NETWORKS = registry.names("network")
SHORT = ("dcgan", "mlp")  # the others are long tests


@pytest.mark.parametrize(
    "network", [name if name in SHORT else pytest.param(name, marks=pytest.mark.slow) for name in NETWORKS]
)
def test_every_network_resumes_bit_for_bit(ready, tmp_path, network):
    """The steps are compiled, as in `ganae train`."""
    networks = {role: {"name": network, "width": 4} for role in TREE.part("model", "autoencoder").roles}
    games = [ready("autoencoder", (9, 13, 3), networks=networks) for _ in range(2)]
    contracts.check_goes_on(*games, (9, 13, 3), tmp_path / "at.weights.h5")


@pytest.mark.parametrize("name", registry.names("optimizer"))
def test_an_optimizers_state_is_in_the_file(ready, tmp_path, name):
    """The optimizer has a schedule, weight decay and, if it has such an option, momentum."""
    given = dict(TREE.part("optimizer", name).options) | {"schedule": "linear", "weight_decay": 0.01}
    given |= {"momentum": 0.5} if "momentum" in given else {}
    game, again = (ready("autoencoder", optimizer=given, **{"train.steps": 10}) for _ in range(2))
    for _ in range(2):
        play_step(game, (2,))
    game.save_weights(tmp_path / "at.weights.h5")
    play_step(again, (2,))
    again.load_weights(tmp_path / "at.weights.h5")
    assert play_step(game, (2,)) == play_step(again, (2,))
    assert_same(state(game), state(again))


@pytest.mark.parametrize("model", MODELS)
def test_the_file_can_be_loaded_into_a_game_that_is_not_compiled(model_of, tmp_path, model):
    contracts.check_opening(model_of(model), tmp_path / "at.weights.h5")
