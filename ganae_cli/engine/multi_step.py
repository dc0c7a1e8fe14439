"""Several steps in one call of the compiled program: for a small model, a call takes longer than its computation.

XLA runs the body of a loop on one thread. Convolutions then take up to 50 times as long, but dense networks, measured
on 2 cores up to SMALL, take half to three quarters of the time of single calls.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import tensorflow as tf

from ganae_cli.engine import step

if TYPE_CHECKING:
    from ganae_cli.engine.game import Game

MOST = 25  # steps in a call, which stays under about a tenth of a second, for progress and Ctrl-C
SMALL = 60_000_000  # parameters times rows of a batch


def steps_together(game: Game, batch_size: int, intervals: list[int], most: int | None = None) -> int:
    """Return the number of steps per compiled call: the largest divisor of all intervals that is at most `most`.

    intervals: numbers of steps after which something happens beside training. most: None: chosen by model size.
    """
    if most is None:
        weights = [weight.shape for player in game.players for weight in game.variables_of(player)]
        is_dense = all(len(shape) <= 2 for shape in weights)
        parameters = sum(math.prod(shape) for shape in weights)
        most = MOST if is_dense and parameters * batch_size <= SMALL else 1
    common = math.gcd(*intervals)
    return max(size for size in range(1, most + 1) if common % size == 0)


def play(game: Game, block: step.Batch) -> tf.Tensor:
    """Play those steps of a block that are not done yet, up to the last step of the training.

    block: the batches of its steps, (steps, batch, …), or those and their labels, (steps, batch). Returns the result of
    the last step. Blocks lie at multiples of their size, so a run that was stopped within one goes on in it by the same
    program: its numbers are those of a run that was not stopped.
    """
    size = tf.nest.flatten(block)[0].shape[0]
    first = game.state.step.value % size
    last = tf.minimum(tf.cast(size, tf.int64), first + game.length.variable - game.state.step.value)
    start = first, tf.zeros(len(game.terms))

    def play_one(i: tf.Tensor, _: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return i + 1, step.play(game, tf.nest.map_structure(lambda part: part[i], block))

    return tf.while_loop(lambda i, _: i < last, play_one, start)[1]
