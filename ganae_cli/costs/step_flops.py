"""What a training step costs: the floating-point operations of all its rounds, forward and backward."""

import tensorflow as tf

from ganae_cli.models.base import Game
from ganae_cli.networks.cost import graph_flops


def step_flops(game: Game, batch_shape: tuple[int, ...]) -> int:
    """FLOPs of one step of a compiled game: of all rounds, of all replicas of this process together.

    batch_shape: of one global batch, (train.batch_size, *shape); a step of several batches (`batches_per_step`) gets
    them all. Counted on the graph of the step, in which networks that nobody has moved are not asked twice and
    gradients that nobody takes are left out; see `graph_flops` for what counts. Optimizers take no products.
    """
    rows = batch_shape[0] * game.batches_per_step // game.replicas
    batch = tf.TensorSpec((rows, *batch_shape[1:]), tf.float32)

    @tf.function(autograph=False)
    def step(x):
        terms = game.distribute_strategy.run(game.play, args=(x,))
        return game.distribute_strategy.experimental_local_results(terms)

    return graph_flops(step.get_concrete_function(batch).graph)
