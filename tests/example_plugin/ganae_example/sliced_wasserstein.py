"""Sliced Wasserstein penalty: Kolouri et al. 2018, "Sliced-Wasserstein Autoencoder", arXiv:1804.01947, equation 15."""

import tensorflow as tf

from ganae_cli.penalties.base import Penalty
from ganae_cli.registry import register


@register("penalty", "sliced_wasserstein")
class SlicedWasserstein(Penalty):
    """Mean over random directions of the squared 2-Wasserstein distance of codes and prior N(0, I), projected on each.

    In one dimension that distance is the mean squared difference of the sorted numbers.
    """

    acts_on, compares, per_sample = "encoder", False, False
    of_batch = True  # sorted codes: no mean over samples

    def __init__(self, directions: int = 50):
        self.directions = directions

    def __call__(self, network, real, fake, noise):
        z = tf.cast(network(real, training=True), tf.float32)
        prior, drawn = noise.normal(z.shape[1]), noise.normal(self.directions, z.shape[1])
        directions = tf.math.l2_normalize(drawn[0], axis=1)  # one set for the batch
        ours, theirs = (tf.sort(tf.matmul(codes, directions, transpose_b=True), axis=0) for codes in (z, prior))
        return tf.reduce_mean(tf.square(ours - theirs))
