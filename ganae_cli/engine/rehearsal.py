"""What can go wrong in a game is found before it begins: every loss is played once, on a real batch."""

import keras
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.minibatch_std import MinibatchStd


def play(game, x) -> tuple[list[str], set[str]]:
    """The names of all terms, "player.term" in the order of play, and the networks that `observe` asks.

    Leaves every variable as it was.
    """
    state = [(v, v.numpy()) for v in game.variables]
    terms: dict = {}
    with tf.GradientTape() as tape:
        seen = game._observe(x)
        watched = {v.ref() for v in tape.watched_variables()}
    networks = {network for owned in game.players.values() for network in owned}
    observed = {n for n in networks if any(v.value.ref() in watched for v in getattr(game, n).variables)}
    for i in range(len(game.rounds)):
        seen = game._observe(x, i) if 0 < i < game.batches_per_step else seen
        game._losses_of(i, x, seen, 0, terms)
    for variable, value in state:
        variable.assign(value)
    for name, term in terms.items():
        if term.shape != ():
            raise ValueError(f"{type(game).__name__}: the term '{name}' must be a scalar, got shape {term.shape}")
    return list(terms), observed


def check(game) -> None:
    """Raises UserError for a weight without a term, a penalty that acts nowhere, and layers that mix samples amiss."""
    known = ", ".join(name for name in game.terms if not name.endswith(".loss"))
    for player, weights in game.term_weights.items():
        for term in weights:
            if f"{player}.{term}" not in game.terms:
                raise UserError(f"model.weights.{player}.{term}: no such term (terms: {known})")
    for penalty in game.penalties.values():
        if penalty.on not in game.asked_for_penalties:
            names = ", ".join(sorted(game.asked_for_penalties)) or "none"
            where = f"loss.penalties.{penalty.name}: nothing penalises '{penalty.on}' here"
            raise UserError(f"{where} (what can be: {names})")
        for network in game.penalized.get(penalty.on, (penalty.on,)) if penalty.per_sample else ():
            if _has(getattr(game, network), keras.layers.BatchNormalization):
                raise UserError(
                    f"loss.penalties.{penalty.name} takes a gradient per sample, which BatchNorm mixes across the "
                    f"batch: set networks.{network}.norm=layer or none"
                )
    for role in game.roles:
        if not role.endswith("discriminator") and _has(getattr(game, role), MinibatchStd):
            raise UserError(f"networks.{role}.minibatch_std compares samples of a batch: only discriminators may")


def _has(network: keras.Model, kind: type[keras.layers.Layer]) -> bool:
    """Whether a layer of a kind is anywhere in a network, inside its blocks too."""
    return any(isinstance(layer, kind) for layer in network._flatten_layers())
