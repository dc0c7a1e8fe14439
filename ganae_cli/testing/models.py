"""Contracts of every model: a whole game, finite terms, routed gradients, exact resume, float32 results."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganae_cli.config.cross_checks import DISCRIMINATORS
from ganae_cli.engine import Game
from ganae_cli.losses.adversarial import Hinge, Relativistic, Wasserstein
from ganae_cli.testing.demand import demand
from ganae_cli.testing.games import Shape, TinyModel, fit, play_step, state
from ganae_cli.testing.yaml_files import check_yaml

SHAPES: tuple[Shape, ...] = ((9, 13, 1), (9, 13, 3), (2,))  # odd sizes, grey and colour, and points


def check_model(name: str, plugins: Iterable[str] = (), config_folders: Sequence[str | Path] = ()) -> None:
    """Check a model by the name that `model=` takes. Raises AssertionError, saying what does not hold.

    plugins: packages that declare it, as in `plugins=[…]`. config_folders: folders that hold `model/<name>.yaml`, as
    with `--config-dir`.
    """
    model = TinyModel(name, plugins, config_folders)
    check_yaml("model", name, plugins, config_folders)
    check_structure(model)
    check_weights(model)
    for shape in SHAPES:
        check_step(model, shape)
    for player in model.players:
        check_routing(model, player)
    check_precision(model)
    with tempfile.TemporaryDirectory() as folder:
        check_resume(model, Path(folder) / "resumed.weights.h5")
        check_opening(model, Path(folder) / "opened.weights.h5")


def check_structure(model: TinyModel) -> None:
    """Players, rounds, networks and YAML belong together."""
    page, name = model.page, model.name
    demand(issubclass(page, Game), f"model '{name}': {page.__name__} is not a subclass of ganae_cli.engine.Game")
    moving = {player for movers in page.rounds for player in movers}
    demand(moving == set(page.players), f"model '{name}': players {set(page.players)}, but rounds move {moving}")
    owned = {role for roles in page.players.values() for role in roles}
    inference = set(page.inference_networks)
    demand(inference and inference <= owned, f"model '{name}': inference_networks {inference} are not among {owned}")
    demand(owned == set(model.roles), f"model '{name}': its YAML lists {set(model.roles)}, its players own {owned}")
    for player in page.players:
        demand(callable(getattr(page, f"{player}_loss", None)), f"model '{name}' has no method {player}_loss")


def check_weights(model: TinyModel) -> None:
    """The YAML lists every player, and gives weights to terms that exist, so that they can be completed by tab."""
    weights = model.options["weights"]
    demand(list(weights) == list(model.players), f"model.weights lists {list(weights)}, players: {list(model.players)}")
    found = model.built().terms
    for player, named in weights.items():
        for term in named:
            demand(f"{player}.{term}" in found, f"model.weights.{player}.{term} is of no term (terms: {found})")


def check_step(model: TinyModel, shape: Shape) -> None:
    """Terms are finite and named, every player moves all it owns, results have the data's shape and range."""
    game = model.ready(shape)
    for role in game.roles:
        demand(isinstance(game.network(role), keras.Sequential), f"{role} is not a keras.Sequential")
    own = [v for player in game.players for v in game.variables_of(player)]
    before = [v.numpy() for v in own]
    logs = play_step(game, shape)
    losses = {f"{player}.loss" for player in game.players}
    demand(list(logs) == game.terms and losses <= set(logs), f"terms {list(logs)} are not those of the rehearsal")
    demand({name.partition(".")[0] for name in logs} == set(game.players), f"terms {list(logs)} are not of players")
    bad = [name for name, value in logs.items() if not np.isfinite(value)]
    demand(not bad, f"not finite on {shape}: {', '.join(bad)}")
    demand(game.state.steps_done == 1, f"one step counts as {game.state.steps_done}")
    if unmoved(game, own, before):
        play_step(game, shape)  # a block that begins as the identity learns inside from the second step on
    still = unmoved(game, own, before)
    demand(not still, f"no gradient of any player reaches {', '.join(still)}")
    _check_results(game, shape)


def _check_results(game: Game, shape: Shape) -> None:
    z = np.random.default_rng(0).normal(size=(5, game.z_dim)).astype(np.float32)
    made = np.asarray(game.generate(z))
    demand((made.shape, made.dtype) == ((5, *shape), "float32"), f"generate gives {made.dtype} {made.shape}")
    demand(len(shape) == 1 or np.abs(made).max() <= 1, "generate gives images outside [-1, 1]")
    if game.encodes:
        codes = np.asarray(game.encode(made))
        demand((codes.shape, codes.dtype) == ((5, game.z_dim), "float32"), f"encode gives {codes.dtype} {codes.shape}")


def unmoved(game: Game, variables: list, before: list) -> list[str]:
    """Return the variables that did not move, except the bias of a discriminator's last layer where it cancels out.

    It adds the same to real and fake logits. Where only their differences count, and in a hinge loss while no logit is
    beyond the margin, it moves by rounding or not at all.
    """
    cancels = type(vars(game).get("adversarial")) in (Wasserstein, Relativistic, Hinge)
    last = game.network("discriminator").layers[-1].trainable_variables if cancels else []
    biases = {id(v) for v in last if v.path.endswith("bias")}
    still = [v for v, value in zip(variables, before, strict=True) if (v.numpy() == value).all()]
    return [v.path for v in still if id(v) not in biases]


def check_routing(model: TinyModel, player: str) -> None:
    """A player moves its own networks and no others.

    The gradients of the others are multiplied by 0, so that whatever moves is moved by this player.
    """
    game = model.built()
    game.compile({owner: keras.optimizers.SGD(0.1) for owner in game.optimizer_owners})
    gate = game.gate
    game.__dict__["gate"] = lambda each, *given: gate(each, *given) if each == player else tf.zeros(())
    own = {id(v) for v in game.variables_of(player)}
    whole = [game.network(role) for role in game.roles] + ([game.inner] if game.inner else [])
    before = [(v, v.numpy()) for network in whole for v in network.trainable_variables]
    play_step(game, (2,))
    moved = {id(v): v.path for v, value in before if (v.numpy() != value).any()}
    strangers = [path for key, path in moved.items() if key not in own]
    demand(not strangers, f"player '{player}' moves {', '.join(strangers)}, which it does not own")
    demand(moved, f"player '{player}' moves nothing")


def check_precision(model: TinyModel, precision: str = "mixed_bfloat16") -> None:
    """Networks compute in half precision; weights, terms and results are float32."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        game = model.ready((8, 8, 1))
        logs = play_step(game, (8, 8, 1))
        demand(np.isfinite(list(logs.values())).all(), f"terms are not finite in {precision}: {logs}")
        variables = [v for player in game.players for v in game.variables_of(player)]
        demand({v.dtype for v in variables} == {"float32"}, f"weights are not float32 in {precision}")
        demand(all(np.isfinite(v.numpy()).all() for v in variables), f"weights are not finite in {precision}")
        inner = {layer.compute_dtype for role in game.roles for layer in game.network(role).layers}
        demand(precision.removeprefix("mixed_") in inner, f"nothing is computed in {precision}, only in {inner}")
        made = game.generate(np.ones((2, game.z_dim), np.float32))
        demand(made.dtype == "float32", f"generate gives {made.dtype} in {precision}")
    finally:
        keras.config.set_dtype_policy(before)


def check_resume(model: TinyModel, path: Path) -> None:
    """A step, saved and loaded in a game built anew, and one more are two steps, bit for bit.

    With BatchNorm, whose moments are state too, where no penalty forbids it. path: of a weights file to write.
    """
    config = model.config((2,))
    through = model.page.penalized
    on = {penalty.get("on", "discriminator") for penalty in config.loss.penalties.values()}
    if DISCRIMINATORS in on:
        on |= {role for role in model.roles if role.endswith("discriminator")}
    penalised = {network for role in on for network in through.get(role, (role,))}
    norms: dict[str, Any] = {f"networks.{role}.norm": "batch" for role in model.roles if role not in penalised}
    game, again = (model.ready((2,), **norms) for _ in range(2))
    game.run_eagerly = again.run_eagerly = True  # compiling takes longer than the steps
    check_goes_on(game, again, (2,), path)


def check_goes_on(game: Game, again: Game, shape: Shape, path: Path) -> None:
    """Train one game for two steps, and `again` for the second from the file of the first: the same numbers."""
    save = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda number, logs: game.save_weights(path) if number == 0 else None
    )
    fit(game, shape, 0, 2, [save])
    for variable in again.trainable_variables:
        variable.assign(variable + 1)  # so that loading has something to do
    again.load_weights(path)
    demand(again.state.steps_done == 1, f"the file of one step counts {again.state.steps_done}")
    fit(again, shape, 1, 2)
    for (name, value), (_, other) in zip(state(game), state(again), strict=True):
        demand(np.array_equal(value, other), f"{name} differs after a resume: something random or kept is not saved")


def check_opening(model: TinyModel, path: Path) -> None:
    """A file serves a game that is not compiled, as `ganae sample` opens it: networks and averages, no optimizers."""
    game, opened = model.ready(), model.built()
    play_step(game, (2,))
    game.save_weights(path)
    opened.keep_averages(0.9)
    opened.load_weights(path)
    opened.averages.take()
    z = np.ones((4, game.z_dim), np.float32)
    with game.averaged():
        demand((opened.generate(z).numpy() == game.generate(z).numpy()).all(), "an opened game samples otherwise")
    live = game.generate(z).numpy()
    demand((opened.generate(z).numpy() != live).any(), "samples of averaged and of live weights are the same")
