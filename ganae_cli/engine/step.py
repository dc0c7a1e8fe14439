"""One training step: every round of a game, from a batch to moved networks. The only gradients of the project.

A round in three lines: the game's `forward` gives the outputs, each player's `<player>_loss` turns them into named
terms, and the gradient of a player's weighted terms with respect to its own variables moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import tensorflow as tf

from ganae_cli.losses.adversarial import Terms
from ganae_cli.runtime.rng import Noise

if TYPE_CHECKING:
    from ganae_cli.engine.game import Game

Number: TypeAlias = int | tf.Tensor  # of a replica or a step: known when the step is compiled, or an input of it
Batch: TypeAlias = tf.Tensor | tuple[tf.Tensor, tf.Tensor]  # rows; of a game with a condition, rows and their labels


def play(game: Game, batch: Batch) -> tf.Tensor:
    """Play all rounds on a batch; return the unweighted terms and each player's weighted `loss`, in one vector.

    Returns float32 (terms,), in the order of `game.terms`.
    """
    context = tf.distribute.get_replica_context()
    x, y = rows_and_labels(game, batch)
    if x.shape[0] is None:  # several workers: their dataset forgets its batch size
        x = tf.ensure_shape(x, (game.batch_size // game.replicas, *game.shape))
        y = None if y is None else tf.ensure_shape(y, x.shape[:1])
    batch = x if y is None else (x, y)
    replica = context.replica_id_in_sync_group
    terms = _rounds_apart(game, batch, replica) if game.compiled_rounds else _rounds_together(game, batch, replica)
    game.condition.end()
    values = tf.stack([tf.cast(terms[name], tf.float32) for name in game.terms])
    if game.replicas > 1:
        values = context.all_reduce("MEAN", values)
    game.averages.update()
    if game.augment.overfitting:
        game.augment.overfitting.follow(game, values)
    game.state.record(values)
    return values


def rows_and_labels(game: Game, batch: Batch) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Return the rows of a batch and their labels, int32 (batch,); None for a game without a condition."""
    return batch if game.condition.is_on else (batch, None)


def _rounds_together(game: Game, batch: Batch, replica: Number) -> Terms:
    """Play every round under one tape, so that a forward pass is used again until one of its networks has moved."""
    terms: Terms = {}
    moved: set[str] = set()
    with tf.GradientTape(persistent=True) as tape:
        for i, movers in enumerate(game.rounds):
            if i < game.batches_per_step or moved & game.forward_networks:
                outputs, moved = forward(game, batch, i, replica), set()
            losses = losses_of_round(game, i, batch, outputs, terms, replica)
            with tape.stop_recording():
                _move(game, {p: tape.gradient(losses[p], game.variables_of(p)) for p in movers}, terms)
            moved.update(role for player in movers for role in game.players[player])
    return terms


def _rounds_apart(game: Game, batch: Batch, replica: Number) -> Terms:
    """Play each round by its own compiled program; the optimizers, which talk to other replicas, stay outside."""
    terms: Terms = {}
    for movers, compiled in zip(game.rounds, game.compiled_rounds, strict=True):
        gradients, of_round = compiled(batch, game.state.step.value, replica)
        _move(game, dict(zip(movers, gradients, strict=True)), of_round)
        terms |= of_round
    return terms


def compiled_rounds(game: Game) -> list[Callable]:
    """Compile forward and backward pass of each round: (batch, step, replica) -> (gradients of each player, terms)."""
    return [_compiled_round(game, i) for i in range(len(game.rounds))]


def _compiled_round(game: Game, i: int) -> Callable:
    @tf.function(jit_compile=True, autograph=False)
    def gradients_of_round(batch, step, replica):
        terms: Terms = {}
        with tf.GradientTape(persistent=True) as tape:
            outputs = forward(game, batch, i, replica, step)
            losses = losses_of_round(game, i, batch, outputs, terms, replica, step)
        return [tape.gradient(losses[p], game.variables_of(p)) for p in game.rounds[i]], terms

    return gradients_of_round


def forward(game: Game, batch: Batch, i: int = 0, replica: Number = 0, step: Number | None = None) -> Any:
    """Return the outputs of `forward` that round i plays with.

    Of several batches per step, batch n has every count-th row from n on, on one replica as on many.
    """
    x, y = rows_and_labels(game, batch)
    number = _number_of_batch(game, i)
    # The labels are part of the random numbers: another word would draw others.
    game.noise = _noise(game, x, replica, step, f"observe {number}" if number else "observe")
    game.condition.begin(_rows_in_play(game, y, i))
    outputs = game.forward(_rows_in_play(game, x, i))
    game.condition.keep_seen(outputs)
    return outputs


def _number_of_batch(game: Game, i: int) -> int:
    return min(i, game.batches_per_step - 1)


def _rows_in_play(game: Game, rows: Any, i: int) -> Any:
    """Return the rows, or labels, of the batch that round i plays with; None for None."""
    count = game.batches_per_step
    return rows[_number_of_batch(game, i) :: count] if rows is not None and count > 1 else rows


def losses_of_round(
    game: Game,
    i: int,
    batch: Batch,
    outputs: Any,
    terms: Terms,
    replica: Number = 0,
    step: Number | None = None,
) -> Terms:
    """Return the scaled loss of each player of round i; add their terms, by full name, to `terms`."""
    losses, overfitting = {}, game.augment.overfitting
    x, y = rows_and_labels(game, batch)
    game.noise = _noise(game, x, replica, step, f"round {i}")
    game.condition.begin(_rows_in_play(game, y, i))
    for player in game.rounds[i]:
        named = game.condition.loss_terms(game, player, x, outputs) | (overfitting.terms() if overfitting else {})
        learned = [name for name in named if game.term_weights.is_learned(player, name)]
        weighted = [_weight_now(game, player, name, step) * named[name] for name in learned]
        loss = tf.add_n(weighted) if weighted else tf.zeros(())
        terms |= {f"{player}.{name}": term for name, term in named.items()} | {f"{player}.loss": loss}
        gate = game.gate(player, named, outputs)
        losses[player] = _scaled(game, player, loss if gate is None else gate * loss)
    return losses


def _weight_now(game: Game, player: str, term: str, step: Number | None) -> float | tf.Tensor:
    if not game.term_weights.changes(player, term):
        return game.term_weights.of(player, term)
    step = game.state.step.value if step is None else step
    return game.term_weights.after(player, term, game.length.share(step))


def _scaled(game: Game, player: str, loss: tf.Tensor) -> tf.Tensor:
    """Scale a loss: replicas add their gradients up, so each counts for its share; float16 needs larger losses."""
    first = next(iter(game.moved_with[player]))
    return game.optimizers[first].scale_loss(loss / game.replicas) if game.optimizers else loss


def _noise(game: Game, x: tf.Tensor, replica: Number, step: Number | None, label: str) -> Noise:
    step = game.state.step.value if step is None else step
    label = f"rollback {game.rollbacks}/{label}" if game.rollbacks else label
    return Noise(game.seed, step, x.shape[0] // game.batches_per_step, replica, label)


def _move(game: Game, gradients: dict[str, list], terms: Terms) -> None:
    """Let optimizers apply the gradients of each player, all of them taken before any player moves."""
    for player, gradient in gradients.items():
        for owner, reached in _by_owner(game, player, gradient):
            if reached:  # a variable that only terms of weight 0 depend on has no gradient and stays where it is
                own, variables = zip(*reached, strict=True)
                game.optimizers[owner].apply(_summed(game, own), variables)
    if game.moves_more:
        for player in gradients:
            game.after_move(player, _shared(game, player, terms))


def _by_owner(game: Game, player: str, gradient: list) -> Iterator[tuple[str, list[tuple]]]:
    """Yield each owner of an optimizer that moves networks for a player, and their (gradient, variable)."""
    left, first = iter(gradient), next(iter(game.moved_with[player]))
    pairs = {role: [(next(left), v) for v in game.network(role).trainable_variables] for role in game.players[player]}
    for owner, roles in game.moved_with[player].items():
        reached = [(g, v) for role in roles for g, v in pairs[role] if g is not None]
        if owner != first:  # the loss has the scale that the first optimizer expects, which in float16 is its own
            scale = game.optimizers[owner].scale_loss(1.0) / game.optimizers[first].scale_loss(1.0)
            reached = [(scale * g, v) for g, v in reached]
        yield owner, reached


def _summed(game: Game, gradients: Sequence[tf.Tensor]) -> Sequence[tf.Tensor]:
    """Return the sums of gradients over all replicas.

    They are added up before an optimizer sees them, because it clips them and looks for numbers that are not finite:
    neither of a part of a gradient is that of the whole.
    """
    if game.replicas == 1:
        return gradients
    return tf.distribute.get_replica_context().all_reduce("SUM", list(gradients))


def _shared(game: Game, player: str, terms: Terms) -> Terms:
    """Return a player's terms, the same in every replica."""
    own = {name.partition(".")[2]: term for name, term in terms.items() if name.startswith(f"{player}.")}
    context = tf.distribute.get_replica_context()
    return own if game.replicas == 1 else {name: context.all_reduce("MEAN", term) for name, term in own.items()}
