"""Gradient penalties on a discriminator D, as `penalty(network, real, fake, noise)` -> scalar, without the weight.

real, fake: (batch, …) of one shape. Where a discriminator sees several kinds of fakes, as samples and reconstructions,
a penalty that looks at fakes is taken with each kind, and the term is the mean. The gradient is that of the summed
logits with respect to the input, with one norm for each sample, so the network must not mix samples (no BatchNorm).
Norms are taken in float32. The value can be differentiated again with respect to the network's weights.
"""

import tensorflow as tf

from ganae_cli.penalties.base import Network, Penalty
from ganae_cli.penalties.input_gradient import input_gradient
from ganae_cli.registry import register
from ganae_cli.runtime.rng import Noise


@register("penalty", "gradient_penalty")
class GradientPenalty(Penalty):
    """Between data and samples: E (||grad_y D(y)|| - target)^2 at y = a x + (1 - a) x_hat, a ~ U[0, 1] for each pair.

    Gulrajani et al. 2017 (WGAN-GP), arXiv:1704.00028, equation 3, where the weight is lambda = 10 and the target 1.
    Two-sided: norms below the target cost as much as norms above it. E is the mean over the batch.
    """

    def __init__(self, target: float = 1.0):
        self.target = target

    def __call__(self, network: Network, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        a = _one_each(noise.uniform(*[1] * (len(real.shape) - 1)), real)  # (batch, 1, 1, 1) for images
        real, fake = tf.cast(real, tf.float32), tf.cast(fake, tf.float32)
        norms = _root(_squared_norms(network, a * real + (1 - a) * fake))
        return tf.reduce_mean(tf.square(norms - self.target))


@register("penalty", "dragan")
class Dragan(Penalty):
    """Around the data: E (||grad_y D(y)|| - target)^2 at y = x + a noise std(x) u; mean over the batch.

    u ~ U[0, 1] for each number, a ~ U[0, 1] for each sample, std(x) of all numbers of the batch. Kodali et al. 2017
    (DRAGAN), arXiv:1705.07215, where the weight is lambda = 10. The paper moves data by N(0, c I); its authors' program
    (github.com/kodalinaveen3/DRAGAN) moves them as above, with 0.5, and is followed here: such noise has the scale of
    the data, where a c would have to be found. On several devices std(x) is that of each device's part.
    """

    sees_fakes = False
    of_batch = True

    def __init__(self, target: float = 1.0, noise: float = 0.5):
        self.target, self.scale = target, noise

    def __call__(self, network: Network, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        x = tf.cast(real, tf.float32)
        u, a = noise.uniform(*x.shape[1:]), noise.uniform(*[1] * (len(x.shape) - 1))
        y = x + self.scale * tf.math.reduce_std(x) * _one_each(a * u, x)
        return tf.reduce_mean(tf.square(_root(_squared_norms(network, y)) - self.target))


@register("penalty", "r1")
class R1(Penalty):
    """R1 = 1/2 E ||grad_x D(x)||^2 on the data x; mean over the batch.

    Mescheder et al. 2018, arXiv:1801.04406, equation 9: the weight is their gamma, because the 1/2 is in here.
    """

    sees_fakes = False

    def __call__(self, network: Network, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        return tf.reduce_mean(_squared_norms(network, real)) / 2


@register("penalty", "r2")
class R2(Penalty):
    """R2 = 1/2 E ||grad D(x_hat)||^2 on samples x_hat; mean over the batch.

    Mescheder et al. 2018, arXiv:1801.04406, equation 10; with R1 in R3GAN (Huang et al. 2024, arXiv:2501.05441). The
    weight is gamma, as in r1.
    """

    def __call__(self, network: Network, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        return tf.reduce_mean(_squared_norms(network, fake)) / 2


def _one_each(drawn: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """Return the random numbers of each row of x; a row that is a pack of several samples gets those of its first."""
    rows = x.shape[0]
    return drawn[:: drawn.shape[0] // rows][:rows]


def _squared_norms(network: Network, x: tf.Tensor) -> tf.Tensor:
    """Return ||grad_x D(x)||^2 of each sample, (batch,), float32."""
    gradient = tf.cast(input_gradient(network, x), tf.float32)
    return tf.reduce_sum(tf.square(gradient), axis=list(range(1, len(x.shape))))


def _root(squares: tf.Tensor) -> tf.Tensor:
    """Return the square root, with derivative 0 at 0, where the true one is infinite and would make the weights NaN."""
    positive = squares > 0
    return tf.where(positive, tf.sqrt(tf.where(positive, squares, 1.0)), 0.0)
