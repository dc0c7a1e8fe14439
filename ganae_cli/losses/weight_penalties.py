"""Penalties on a network's weights, whatever the data: `penalty(network, real, fake, draws)` -> scalar."""

from collections.abc import Callable

import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.losses.roles import penalises
from ganae_cli.registry import register


@register("penalty", "weight_l2")
@penalises("decoder")
def weight_l2() -> Callable:
    """Sum of the squares of a network's kernels; biases and normalisations are left out.

    Ghosh et al. 2020 (RAE-L2), arXiv:1903.12436, on the decoder; the authors' program leaves out its dense
    layer as well. Part of the loss and so scaled by Adam, unlike `optimizer.weight_decay`.
    """

    def penalty(network, real, fake, draws):
        kernels = [v for v in network.trainable_variables if v.path.endswith("kernel")]
        if not kernels:
            raise UserError("loss.penalties.weight_l2: a tied decoder has no kernels; penalise the encoder's")
        return tf.add_n([tf.reduce_sum(tf.square(tf.cast(kernel, tf.float32))) for kernel in kernels])

    return penalty
