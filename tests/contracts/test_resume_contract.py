"""Contract of every model, network and optimizer: a game goes on from its weights file bit for bit."""

import keras
import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.conf_tree import ConfTree

from_config.import_parts()
TREE = ConfTree()
MODELS = TREE.options("model")  # pages, and variants that are a YAML file over a page


def roles(model):
    return TREE.part("model", model).roles


def assert_same(one, two):
    assert len(one) == len(two) > 0
    for (path, value), (_, other) in zip(one, two, strict=True):
        assert np.array_equal(value, other), path


def assert_resumes(play, game, again, shape, path):
    """Assert that four steps equal two steps, saved, and two more in a new game that loads the file."""
    save = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda number, logs: game.save_weights(path) if number == 1 else None
    )
    play.fit(game, shape, 0, 4, [save])
    for variable in again.trainable_variables:
        variable.assign(variable + 1)  # so that loading must change them
    again.load_weights(path)
    assert again.state.steps_done == 2
    play.fit(again, shape, 2, 4)
    assert_same(play.state(game), play.state(again))


@pytest.mark.parametrize("model", MODELS)
def test_two_steps_saved_and_two_more_are_four_steps_bit_for_bit(play, configure, ready, tmp_path, model):
    """With BatchNorm, whose moving statistics are state too, except under penalties that forbid it."""
    config = configure(model, (2,))
    through = registry.find("model", config.model.name).penalized
    on = [penalty.get("on", "discriminator") for penalty in config.loss.penalties.values()]
    penalised = {network for role in on for network in through.get(role, (role,))}
    norms = {f"networks.{role}.norm": "batch" for role in roles(model) if role not in penalised}
    games = [ready(model, **norms) for _ in range(2)]
    for game in games:
        game.run_eagerly = True  # compiling takes longer than the steps
    assert_resumes(play, *games, (2,), tmp_path / "at.weights.h5")


@pytest.mark.parametrize("network", registry.names("network"))
def test_every_network_resumes_bit_for_bit(play, ready, tmp_path, network):
    """In compiled steps, as in `ganae train`."""
    networks = {role: {"name": network, "width": 4} for role in roles("autoencoder")}
    games = [ready("autoencoder", (9, 13, 3), networks=networks) for _ in range(2)]
    assert_resumes(play, *games, (9, 13, 3), tmp_path / "at.weights.h5")


@pytest.mark.parametrize("name", registry.names("optimizer"))
def test_an_optimizers_state_is_in_the_file(play, ready, tmp_path, name):
    """With schedule, momentum and weight decay."""
    given = dict(TREE.part("optimizer", name).options) | {"schedule": "linear", "weight_decay": 0.01}
    given |= {"momentum": 0.5} if "momentum" in given else {}
    game, again = (ready("autoencoder", optimizer=given, **{"train.steps": 10}) for _ in range(2))
    for _ in range(2):
        play.step(game, (2,))
    game.save_weights(tmp_path / "at.weights.h5")
    play.step(again, (2,))
    again.load_weights(tmp_path / "at.weights.h5")
    assert play.step(game, (2,)) == play.step(again, (2,))
    assert_same(play.state(game), play.state(again))


@pytest.mark.parametrize("model", MODELS)
def test_the_file_can_be_loaded_into_a_game_that_is_not_compiled(play, ready, build, tmp_path, model):
    """As in `ganae sample`: no optimizers, only networks and averages."""
    game, opened = ready(model), build(model)
    play.step(game, (2,))
    game.save_weights(tmp_path / "at.weights.h5")
    opened.keep_averages(0.9)
    opened.load_weights(tmp_path / "at.weights.h5")
    opened.averages.take()
    z = np.ones((4, game.z_dim), np.float32)
    with game.averaged():
        assert (opened.generate(z).numpy() == game.generate(z).numpy()).all()
    assert (opened.generate(z).numpy() != game.generate(z).numpy()).any()
