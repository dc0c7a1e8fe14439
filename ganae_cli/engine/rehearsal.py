"""Find faults of a game before training: every loss is computed once, on a real batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import tensorflow as tf

from ganae_cli.engine import step
from ganae_cli.errors import UserError
from ganae_cli.losses.adversarial import Terms
from ganae_cli.networks.layers.minibatch_std import MinibatchStd

if TYPE_CHECKING:
    from ganae_cli.engine.game import Game


def play(game: Game, batch: step.Batch) -> tuple[list[str], set[str]]:
    """Return the names of all terms, "player.term" in the order of play, and the networks that `forward` uses.

    Leaves every variable as it was. Raises ValueError for a term that is not a scalar.
    """
    before = [(v, v.numpy()) for v in game.variables]
    terms: Terms = {}
    with tf.GradientTape() as tape:
        outputs = step.forward(game, batch)
        watched = {v.ref() for v in tape.watched_variables()}
    used = {r for r in game.roles if any(v.value.ref() in watched for v in game.network(r).variables)}
    for i in range(len(game.rounds)):
        outputs = step.forward(game, batch, i) if 0 < i < game.batches_per_step else outputs
        step.losses_of_round(game, i, batch, outputs, terms)
    game.condition.end()
    for variable, value in before:
        variable.assign(value)
    for name, term in terms.items():
        if term.shape != ():
            raise ValueError(f"{type(game).__name__}: the term '{name}' must be a scalar, got shape {term.shape}")
    return list(terms), used


def check(game: Game) -> None:
    """Raise UserError for a weight without a term, a penalty that acts nowhere, and layers that wrongly mix samples."""
    known = ", ".join(name for name in game.terms if not name.endswith(".loss"))
    for player, weights in game.term_weights.given.items():
        for term in weights:
            if f"{player}.{term}" not in game.terms:
                raise UserError(f"model.weights.{player}.{term}: no such term (terms: {known})")
    _check_penalties(game)
    for role in game.roles:
        if not role.endswith("discriminator") and _has(game.network(role), MinibatchStd):
            raise UserError(f"networks.{role}.minibatch_std compares samples of a batch: only discriminators may")


def of_batch(game: Game) -> list[str]:
    """Return the settings by which numbers come from all rows of a batch: of several devices, each sees its part only.

    There the result is not that of one device with the whole batch.
    """
    kinds = {keras.layers.BatchNormalization: "norm=batch", MinibatchStd: "minibatch_std"}
    layers = [
        f"networks.{role}.{name}"
        for role in game.roles
        for kind, name in kinds.items()
        if _has(game.network(role), kind)
    ]
    penalties = [f"loss.penalties.{one.name}" for one in game.penalties.values() if one.penalty.of_batch]
    return [*layers, *dict.fromkeys(penalties), *game.of_batch]


def _check_penalties(game: Game) -> None:
    for weighted in game.penalties.values():
        if weighted.on not in game.penalized_networks:
            names = ", ".join(sorted(game.penalized_networks)) or "none"
            where = f"loss.penalties.{weighted.name}: nothing penalises '{weighted.on}' here"
            raise UserError(f"{where} (what can be: {names})")
        if not weighted.penalty.per_sample:
            continue
        for role in game.penalized.get(weighted.on, (weighted.on,)):
            if _has(game.network(role), keras.layers.BatchNormalization):
                raise UserError(
                    f"loss.penalties.{weighted.name} takes a gradient per sample, which BatchNorm mixes across the "
                    f"batch: set networks.{role}.norm=layer or none"
                )


def _has(network: keras.Model, kind: type[keras.layers.Layer]) -> bool:
    """Return True if a network has a layer of this kind, also inside its blocks."""
    return any(isinstance(layer, kind) for layer in network._flatten_layers())
