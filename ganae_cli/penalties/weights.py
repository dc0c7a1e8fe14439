"""Penalties on a network's weights, independent of the data."""

import keras
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.penalties.base import Penalty
from ganae_cli.registry import register
from ganae_cli.runtime.rng import Noise


@register("penalty", "l2")
class L2(Penalty):
    """Sum of the squares of all kernels of a network: its trainable weights of two dimensions or more.

    Krogh and Hertz 1991, "A Simple Weight Decay Can Improve Generalization", there with a factor 1/2; on a decoder,
    Ghosh et al. 2020 (RAE-L2), arXiv:1903.12436. Biases, and the gains of normalisations, are left alone. It is part
    of the loss, so Adam divides its gradient like any other; `optimizer.weight_decay` decays apart from the loss.
    """

    compares, per_sample = False, False

    def __call__(self, network: keras.Model, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        kernels = [v for v in network.trainable_variables if len(v.shape) >= 2]
        if not kernels:
            raise UserError("loss.penalties.l2: the network has no kernels of its own")
        return tf.add_n([tf.reduce_sum(tf.square(tf.cast(kernel, tf.float32))) for kernel in kernels])
