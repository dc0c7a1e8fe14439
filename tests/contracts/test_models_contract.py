"""What holds for every model, on every kind of data, under every loss, penalty, optimizer and precision."""

import keras
import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli import assembly, optimizers, registry
from ganae_cli.conf_tree import ConfTree, read
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.batches import batches
from ganae_cli.models.base import Game
from ganae_cli.randomness import Draws

assembly.import_parts()
MODELS = registry.names("model")
SHAPES = [(9, 13, 1), (9, 13, 3), (2,)]  # odd sizes, grey and colour, and points
BATCH, SEED = 7, 5  # an odd number of rows
TREE = ConfTree()


def roles(model):
    return TREE.part("model", model).roles


def players(model):
    return registry.find("model", model).players


@pytest.fixture
def configure(compose):
    """The config of a model with narrow networks, convolutions for images; changes: dotted key -> value."""

    def configured(model, shape, **changes):
        config = compose(f"model={model}", f"seed={SEED}", "model.z_dim=3")
        for role, option in roles(model).items():
            is_wide = option == "auto" and len(shape) == 3  # a code discriminator sees vectors
            config.networks[role] = (
                {"name": "dcgan", "width": 4} if is_wide else {"name": "mlp", "width": 8, "depth": 1}
            )
        for key, value in changes.items():
            OmegaConf.update(config, key, value, merge=False, force_add=True)
        return config

    return configured


@pytest.fixture
def build(configure):
    """The rehearsed game of a config."""

    def built(model, shape=(2,), **changes):
        game = assembly.build_game(configure(model, shape, **changes), shape)
        game.rehearse(batch(shape))
        return game

    return built


@pytest.fixture
def ready(configure, build):
    """The same, compiled with the optimizers of its config."""

    def compiled(model, shape=(2,), **changes):
        game = build(model, shape, **changes)
        game.compile(assembly.build_optimizers(configure(model, shape, **changes), game), ema=0.9)
        return game

    return compiled


def numbers(shape, count=4 * BATCH):
    """Random data of a shape."""
    random = np.random.default_rng(0)
    if len(shape) == 3:
        rows = random.integers(0, 256, (count, *shape)).astype(np.uint8)
    else:
        rows = random.normal(size=(count, *shape)).astype(np.float32)
    return Data("numbers", rows, rows)


def fit(game, shape, first, steps, callbacks=()):
    """Train from step `first` to step `steps`, as `runs` does."""
    stream = batches(numbers(shape), BATCH, SEED, first, steps)
    options = {"epochs": 1, "steps_per_epoch": steps - first, "verbose": 0, "shuffle": False}
    game.fit(stream, callbacks=list(callbacks), **options)


def batch(shape):
    return next(iter(batches(numbers(shape), BATCH, SEED, 0, 1)))


def step(game, shape):
    """One step, not compiled: name -> value."""
    logs = game.train_step(batch(shape))
    assert all(value.shape == (1,) for value in logs.values())
    return {name: float(value[0]) for name, value in logs.items()}


def terms(game, shape):
    """Every term of every player on one batch: name -> value."""
    game.draws = Draws(SEED, 0, BATCH)
    seen = game.observe(batch(shape))
    named = {player: getattr(game, f"{player}_loss")(seen) for player in game.players}
    return {
        f"{player}.{name}": float(value) for player, of_player in named.items() for name, value in of_player.items()
    }


def state(game):
    """Everything that the next step depends on: networks, averages, step, sums, optimizers."""
    kept = [*game.variables, *(v for optimizer in game.optimizers.values() for v in optimizer.variables)]
    return {v.path: v.numpy() for v in kept}


def assert_same(one, two):
    assert len(one) == len(two) > 0
    for (name, value), other in zip(one.items(), two.values(), strict=True):
        assert np.array_equal(value, other), name


# The class ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_a_page_is_a_whole_game(model):
    game = registry.find("model", model)
    assert issubclass(game, Game)
    assert sorted(player for movers in game.rounds for player in movers) == sorted(set(game.players))
    owned = [network for networks in game.players.values() for network in networks]
    assert len(owned) == len(set(owned))
    assert set(game.product) <= set(owned)
    assert game.product
    assert sorted(owned) == sorted(roles(model))
    assert game.__module__.rpartition(".")[2] == model  # one page each, named like its model


# The step -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("model", MODELS)
def test_a_step(ready, model, shape):
    """Terms are named finite numbers, every player moves all that it owns, and what is made has its shape and range."""
    game = ready(model, shape)
    before = state(game)
    logs = step(game, shape)
    assert list(logs) == game.terms
    assert all(name.count(".") == 1 for name in logs)
    assert {name.partition(".")[0] for name in logs} == set(game.players)
    assert {f"{player}.loss" for player in game.players} <= set(logs)
    assert np.isfinite(list(logs.values())).all()
    after = state(game)
    unmoved = [v.path for p in game.players for v in game.variables_of(p) if (after[v.path] == before[v.path]).all()]
    assert unmoved == []
    assert int(game.step) == 1
    made = game.generate(np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32))
    assert (made.shape, made.dtype) == ((5, *shape), "float32")
    assert len(shape) == 1 or np.abs(made).max() <= 1
    if game.encodes:
        coded = game.encode(made)
        assert (coded.shape, coded.dtype) == ((5, 3), "float32")


@pytest.mark.parametrize("model", MODELS)
def test_every_weight_that_its_yaml_names_is_of_a_term(build, model):
    """And every player is listed, so that `model.weights.<player>.<term>` can be completed."""
    weights = TREE.part("model", model).options["weights"]
    assert list(weights) == list(players(model))
    terms = build(model).terms
    for player, named in weights.items():
        assert {f"{player}.{term}" for term in named} <= set(terms)


# Resuming -----------------------------------------------------------------------------------------------------------


def assert_resumes(game, again, shape, path):
    """Four steps at once, and two that are taken up from the file of the first two, in a game built anew."""
    save = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda number, logs: game.save_weights(path) if number == 1 else None
    )
    fit(game, shape, 0, 4, [save])
    for variable in again.trainable_variables:
        variable.assign(variable + 1)  # so that loading has something to do
    again.load_weights(path)
    assert int(again.step) == 2
    fit(again, shape, 2, 4)
    assert_same(state(game), state(again))


@pytest.mark.parametrize("model", MODELS)
def test_two_steps_saved_and_two_more_are_four_steps_bit_for_bit(ready, tmp_path, model):
    """With BatchNorm, whose running statistics are state, too."""
    norms = {f"networks.{role}.norm": "batch" for role in roles(model)}
    games = [ready(model, **norms) for _ in range(2)]
    for game in games:
        game.run_eagerly = True  # compiling takes longer than the steps
    assert_resumes(*games, (2,), tmp_path / "at.weights.h5")


@pytest.mark.parametrize("network", registry.names("network"))
def test_every_network_resumes_bit_for_bit(ready, tmp_path, network):
    """In a compiled step, as `ganae train` takes it."""
    networks = {role: {"name": network, "width": 4} for role in roles("autoencoder")}
    games = [ready("autoencoder", (9, 13, 3), networks=networks) for _ in range(2)]
    assert_resumes(*games, (9, 13, 3), tmp_path / "at.weights.h5")


@pytest.mark.parametrize("name", registry.names("optimizer"))
def test_an_optimizers_state_is_in_the_file(ready, tmp_path, name):
    """Schedule, momentum and weight decay included."""
    given = dict(TREE.part("optimizer", name).options) | {"schedule": "linear", "weight_decay": 0.01}
    given |= {"momentum": 0.5} if "momentum" in given else {}
    game, again = (ready("autoencoder", optimizer=given, **{"train.steps": 10}) for _ in range(2))
    for _ in range(2):
        step(game, (2,))
    game.save_weights(tmp_path / "at.weights.h5")
    step(again, (2,))
    again.load_weights(tmp_path / "at.weights.h5")
    assert step(game, (2,)) == step(again, (2,))
    assert_same(state(game), state(again))


@pytest.mark.parametrize("model", MODELS)
def test_the_file_serves_a_game_that_is_not_compiled(ready, build, tmp_path, model):
    """As `ganae sample` opens it: no optimizers, only networks and averages."""
    game, opened = ready(model), build(model)
    step(game, (2,))
    game.save_weights(tmp_path / "at.weights.h5")
    opened.keep_averages(0.9)
    opened.load_weights(tmp_path / "at.weights.h5")
    opened.take_averages()
    z = np.ones((4, 3), np.float32)
    with game.averaged():
        assert (opened.generate(z).numpy() == game.generate(z).numpy()).all()
    assert (opened.generate(z).numpy() != game.generate(z).numpy()).any()


# Combinations -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "precision"), [*((model, "mixed_bfloat16") for model in MODELS), ("autoencoder", "mixed_float16")]
)
def test_mixed_precision(ready, model, precision):
    """Half-width inside, float32 in weights, terms and results."""
    keras.config.set_dtype_policy(precision)
    game = ready(model, (8, 8, 1))
    assert np.isfinite(list(step(game, (8, 8, 1)).values())).all()
    assert {v.dtype for player in game.players for v in game.variables_of(player)} == {"float32"}
    assert all(np.isfinite(v.numpy()).all() for player in game.players for v in game.variables_of(player))
    inner = [layer.compute_dtype for network in roles(model) for layer in getattr(game, network).layers]
    assert precision.removeprefix("mixed_") in inner
    assert game.generate(np.ones((2, 3), np.float32)).dtype == "float32"


def uses(model, kind):
    """Whether a model asks for a kind of loss; its YAML sets the others to null."""
    content, _, _ = read(TREE.files["model"][model])
    return content.get("loss", {}).get(kind, "unsaid") is not None


@pytest.mark.parametrize("loss", registry.names("adversarial"))
@pytest.mark.parametrize("model", [model for model in MODELS if uses(model, "adversarial")])
def test_every_adversarial_loss(build, model, loss):
    found = terms(build(model, **{"loss.adversarial": loss}), (2,))
    assert np.isfinite(list(found.values())).all()


@pytest.mark.parametrize("loss", registry.names("reconstruction"))
@pytest.mark.parametrize("model", [model for model in MODELS if uses(model, "reconstruction")])
def test_every_reconstruction_loss(build, model, loss):
    found = terms(build(model, (8, 8, 1), **{"loss.reconstruction": loss}), (8, 8, 1))
    assert np.isfinite(list(found.values())).all()


@pytest.mark.parametrize(
    ("model", "on"), [(m, role) for m in MODELS for role in roles(m) if role.endswith("discriminator")]
)
def test_every_penalty_on_every_discriminator(ready, model, on):
    """All of them at once, each a term of the network's player, with a gradient of its own."""
    penalties = {name: {"weight": 2.0, "on": on} for name in registry.names("penalty")}
    logs = step(ready(model, **{"loss.penalties": penalties}), (2,))
    assert np.isfinite(list(logs.values())).all()
    assert all(logs[f"{on}.{name}"] > 0 for name in penalties)


@pytest.mark.parametrize("network", registry.names("network"))
@pytest.mark.parametrize("model", MODELS)
def test_every_network_in_every_role_that_sees_images(build, model, network):
    seeing = [role for role, option in roles(model).items() if option == "auto"]
    game = build(model, (9, 8, 1), **{f"networks.{role}": {"name": network, "width": 4} for role in seeing})
    assert np.isfinite(list(terms(game, (9, 8, 1)).values())).all()


def test_each_player_has_the_optimizer_that_the_config_names(compose):
    config = compose("model=aegan", "optimizer=rmsprop", "optimizer.autoencoder.learning_rate=0.5")
    given = assembly.plain(config.optimizer)
    made = optimizers.for_players(tuple(players("aegan")), given, 10)
    assert {type(optimizer) for optimizer in made.values()} == {keras.optimizers.RMSprop}
    rates = {player: round(float(optimizer.learning_rate), 6) for player, optimizer in made.items()}
    assert rates == {"discriminator": 2e-4, "code_discriminator": 2e-4, "autoencoder": 0.5}
