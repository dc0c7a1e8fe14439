"""Gradient penalties on a discriminator: `penalty(network, real, fake, draws)` -> scalar, without its weight.

real, fake: (batch, …) of one shape. The gradient is that of the summed logits with respect to the input, one norm for
each sample, so the network must not mix samples (no BatchNorm). Norms are taken in float32. The value can be
differentiated again with respect to the network's weights.
"""

from collections.abc import Callable

import tensorflow as tf

from ganae_cli.penalties.input_gradient import slope
from ganae_cli.registry import register


@register("penalty", "gradient_penalty")
def gradient_penalty(target: float = 1.0) -> Callable:
    """E (||grad_y D(y)|| - target)^2 at y = a x + (1 - a) x_hat, a ~ U[0, 1] for each pair; mean over the batch.

    Gulrajani et al. 2017 (WGAN-GP), arXiv:1704.00028, equation 3, where the weight is lambda = 10 and the target 1.
    Two-sided: norms below the target cost as much as norms above it.
    """

    def penalty(network, real, fake, draws):
        a = _one_each(draws.uniform(*[1] * (len(real.shape) - 1)), real)  # (batch, 1, 1, 1) for images
        real, fake = tf.cast(real, tf.float32), tf.cast(fake, tf.float32)
        return tf.reduce_mean(tf.square(_root(_squared_norms(network, a * real + (1 - a) * fake)) - target))

    return penalty


@register("penalty", "dragan")
def dragan(target: float = 1.0, noise: float = 0.5) -> Callable:
    """E (||grad_y D(y)|| - target)^2 at y = x + a noise std(x) u; mean over the batch.

    u ~ U[0, 1] for each number, a ~ U[0, 1] for each sample, std(x) of all numbers of the batch. Kodali et al. 2017
    (DRAGAN), arXiv:1705.07215, where the weight is lambda = 10. The paper moves data by N(0, c I); its authors' program
    (github.com/kodalinaveen3/DRAGAN) moves them as above, with 0.5, and is followed here: such noise has the scale of
    the data, where a c would have to be found. On several devices std(x) is that of each device's part.
    """

    def penalty(network, real, fake, draws):
        x = tf.cast(real, tf.float32)
        u, a = draws.uniform(*x.shape[1:]), draws.uniform(*[1] * (len(x.shape) - 1))
        y = x + noise * tf.math.reduce_std(x) * _one_each(a * u, x)
        return tf.reduce_mean(tf.square(_root(_squared_norms(network, y)) - target))

    return penalty


@register("penalty", "r1")
def r1() -> Callable:
    """1/2 E ||grad_x D(x)||^2 on real data x; mean over the batch.

    Mescheder et al. 2018, arXiv:1801.04406, equation 9: the weight is their gamma, because the 1/2 is in here.
    """

    def penalty(network, real, fake, draws):
        return tf.reduce_mean(_squared_norms(network, real)) / 2

    return penalty


@register("penalty", "r2")
def r2() -> Callable:
    """1/2 E ||grad D(x_hat)||^2 on generated data x_hat; mean over the batch.

    Mescheder et al. 2018, arXiv:1801.04406, equation 10; with R1 in R3GAN (Huang et al. 2024, arXiv:2501.05441). The
    weight is gamma, as in r1.
    """

    def penalty(network, real, fake, draws):
        return tf.reduce_mean(_squared_norms(network, fake)) / 2

    return penalty


def _one_each(drawn, x):
    """One draw for each row of x, which may be fewer than the batch has: a pack of rows gets the first one's."""
    rows = x.shape[0]
    return drawn[:: drawn.shape[0] // rows][:rows]


def _squared_norms(network, x):
    """||grad_x D(x)||^2 of each sample, (batch,), float32."""
    gradient = tf.cast(slope(network, x), tf.float32)
    return tf.reduce_sum(tf.square(gradient), axis=list(range(1, len(x.shape))))


def _root(squares):
    """Square root with derivative 0 at 0, where the true one is infinite and would make the weights NaN."""
    positive = squares > 0
    return tf.where(positive, tf.sqrt(tf.where(positive, squares, 1.0)), 0.0)
