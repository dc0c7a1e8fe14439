"""Several steps in one call of the compiled program: of a small model, calling takes longer than computing.

XLA runs the body of a loop on one thread. Convolutions then take up to 50 times as long, but dense networks, measured
on 2 cores up to SMALL, take half to three quarters of the time of single calls.
"""

import math

import tensorflow as tf

MOST = 25  # a call stays under about a tenth of a second, for progress and Ctrl-C
SMALL = 60_000_000  # parameters times rows of a batch


def steps_together(game, batch_size: int, intervals: list[int], most: int | None = None) -> int:
    """Into blocks of how many steps a training is cut: at most `most` (None: as many as pay), dividing all intervals.

    intervals: numbers of steps after which something happens beside training.
    """
    if most is None:
        weights = [weight.shape for player in game.players for weight in game.variables_of(player)]
        is_dense = all(len(shape) <= 2 for shape in weights)
        parameters = sum(math.prod(shape) for shape in weights)
        most = MOST if is_dense and parameters * batch_size <= SMALL else 1
    common = math.gcd(*intervals)
    return max(size for size in range(1, most + 1) if common % size == 0)


def play(game, block):
    """The steps of a block that are not done yet, up to the last of the training; block: (steps, batch, …).

    Returns what the last of them returned. Blocks lie at multiples of their size, so a run that was stopped within one
    goes on in it, by the same program: its numbers are those of a run that was not stopped.
    """
    size = block.shape[0]
    first = game.step.value % size
    last = tf.minimum(tf.cast(size, tf.int64), first + game.total_steps - game.step.value)
    start = first, tf.zeros(len(game.terms))
    return tf.while_loop(lambda i, _: i < last, lambda i, _: (i + 1, game.play(block[i])), start)[1]
