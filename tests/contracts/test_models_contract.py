"""Contract of every model: a whole game, terms that are finite numbers, results of the right shape."""

import keras
import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.engine import Game
from ganae_cli.losses.adversarial import Hinge, Relativistic, Wasserstein

from_config.import_parts()
PAGES = registry.names("model")
SHAPES = [(9, 13, 1), (9, 13, 3), (2,)]  # odd sizes, grey and colour, and points
TREE = ConfTree()
MODELS = TREE.options("model")  # pages, and variants that are a YAML file over a page


def roles(model):
    return TREE.part("model", model).roles


def players(model):
    return registry.find("model", TREE.part("model", model).options["name"]).players


def unmoved(game, variables, before):
    """Return the paths of variables that have not moved, without the last bias of some discriminators.

    A bias that is added to real and fake logits alike cancels, or moves by rounding: always where only differences of
    logits count, and in a hinge loss while no logit is beyond the margin.
    """
    cancels = type(getattr(game, "adversarial", None)) in (Wasserstein, Relativistic, Hinge)
    last = game.discriminator.trainable_variables[-1] if cancels else None
    still = [v for v, value in zip(variables, before, strict=True) if (v.numpy() == value).all()]
    return [v.path for v in still if not (v is last and v.path.endswith("bias"))]


@pytest.mark.parametrize("model", PAGES)
def test_a_page_is_a_whole_game(model):
    game = registry.find("model", model)
    assert issubclass(game, Game)
    assert {player for movers in game.rounds for player in movers} == set(game.players)
    owned = {network for networks in game.players.values() for network in networks}
    assert set(game.inference_networks) <= owned
    assert game.inference_networks
    assert sorted(owned) == sorted(roles(model))
    assert game.__module__.rpartition(".")[2] == model  # one page per model, named like it


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("model", MODELS)
def test_a_step(play, ready, model, shape):
    """Terms are named finite numbers, every player moves all its networks, samples have the data's shape and range."""
    game = ready(model, shape)
    own = [v for player in game.players for v in game.variables_of(player)]
    assert all(isinstance(game.network(role), keras.Sequential) for role in roles(model))
    before = [v.numpy() for v in own]
    logs = play.step(game, shape)
    assert list(logs) == game.terms
    assert all(name.count(".") == 1 for name in logs)
    assert {name.partition(".")[0] for name in logs} == set(game.players)
    assert {f"{player}.loss" for player in game.players} <= set(logs)
    assert np.isfinite(list(logs.values())).all()
    assert game.state.steps_done == 1
    if unmoved(game, own, before):
        play.step(game, shape)  # a block that starts as the identity trains its inner layers from the second step on
    assert unmoved(game, own, before) == []
    samples = game.generate(np.random.default_rng(0).normal(size=(5, game.z_dim)).astype(np.float32))
    assert (samples.shape, samples.dtype) == ((5, *shape), "float32")
    assert len(shape) == 1 or np.abs(samples).max() <= 1
    if game.encodes:
        codes = game.encode(samples)
        assert (codes.shape, codes.dtype) == ((5, game.z_dim), "float32")


@pytest.mark.parametrize(("page", "player"), [(page, player) for page in PAGES for player in players(page)])
def test_a_player_moves_its_own_networks_and_no_others(play, configure, page, player):
    """The others' learning rate is 0, so they would move only by this player's gradient."""
    config = configure(page, (2,))
    game, _ = from_config.build_game(config, (2,))
    game.rehearse(play.batch((2,), game.batches_per_step))
    game.compile({each: keras.optimizers.SGD(0.1 if each == player else 0.0) for each in game.players})
    own = {id(v) for v in game.variables_of(player)}
    whole = [game.network(role) for role in game.roles] + ([game.inner] if game.inner else [])
    before = [(v, v.numpy()) for network in whole for v in network.trainable_variables]
    play.step(game, (2,))
    moved = {id(v) for v, value in before if (v.numpy() != value).any()}
    assert moved <= own
    assert moved


@pytest.mark.parametrize("model", MODELS)
def test_every_weight_in_its_yaml_is_of_a_term(build, model):
    """And every player is listed, so that `model.weights.<player>.<term>` can be completed."""
    weights = TREE.part("model", model).options["weights"]
    assert list(weights) == list(players(model))
    terms = build(model).terms
    for player, named in weights.items():
        assert {f"{player}.{term}" for term in named} <= set(terms)


@pytest.mark.parametrize(
    ("model", "precision"), [*((model, "mixed_bfloat16") for model in MODELS), ("autoencoder", "mixed_float16")]
)
def test_mixed_precision(play, ready, model, precision):
    """16 bits inside the networks, float32 in weights, terms and results."""
    keras.config.set_dtype_policy(precision)
    game = ready(model, (8, 8, 1))
    assert np.isfinite(list(play.step(game, (8, 8, 1)).values())).all()
    assert {v.dtype for player in game.players for v in game.variables_of(player)} == {"float32"}
    assert all(np.isfinite(v.numpy()).all() for player in game.players for v in game.variables_of(player))
    inner = [layer.compute_dtype for network in roles(model) for layer in game.network(network).layers]
    assert precision.removeprefix("mixed_") in inner
    assert game.generate(np.ones((2, game.z_dim), np.float32)).dtype == "float32"
