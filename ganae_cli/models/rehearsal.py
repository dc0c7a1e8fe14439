"""What can go wrong in a game is found before it begins: every loss is played once, on a real batch."""

import keras
import tensorflow as tf

from ganae_cli.errors import UserError


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
    """Raises UserError for a weight without a term, a penalty that acts nowhere, or BatchNorm under a penalty."""
    known = ", ".join(name for name in game.terms if not name.endswith(".loss"))
    for player, weights in game.term_weights.items():
        for term in weights:
            if f"{player}.{term}" not in game.terms:
                raise UserError(f"model.weights.{player}.{term}: no such term (terms: {known})")
    for name, penalty in game.penalties.items():
        if not any(term.endswith(f".{name}") for term in game.terms):
            networks = ", ".join(sorted(game.roles))
            raise UserError(f"loss.penalties.{name}: nothing here penalises '{penalty.on}' (networks: {networks})")
        for network in game.penalized.get(penalty.on, (penalty.on,)) if penalty.per_sample else ():
            if _mixes_samples(getattr(game, network)):
                raise UserError(
                    f"loss.penalties.{name} takes a gradient per image, which BatchNorm mixes across the batch: "
                    f"set networks.{network}.norm=layer or none"
                )


def _mixes_samples(network: keras.Model) -> bool:
    """Whether BatchNorm is anywhere in a network, inside its blocks too."""
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in network._flatten_layers())
