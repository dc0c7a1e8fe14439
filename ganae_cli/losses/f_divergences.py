"""Adversarial losses that bound an f-divergence D_f(p || q) = E_q f(p / q) of the data p and the model's samples q.

Nowozin et al. 2016 (f-GAN), arXiv:1606.00709, equation 4: D_f >= E_p T - E_q f*(T) for any function T, with equality at
T = f'(p / q). Here the discriminator's logit v stands for log(p / q) in every divergence, so T(v) = f'(e^v) and
f*(T(v)) = e^v f'(e^v) - f(e^v), as in Shannon 2020, "Properties of f-divergences and f-GAN training". The output
activations of Nowozin et al. (their table 2) are other functions of the last layer; the bound is the same. Terms, means
over the batch:

    real -E_p T(v)    fake E_q f*(T(v))    fool -E_q f*(T(v))

So -(real + fake) estimates the divergence, and where v = log(p / q), the generator's gradient is that of D_f(p || q).

Exponentials are exact for logits up to 10 (Hellinger: 20), which is a ratio p / q of 22,026. Beyond, they continue
along their tangent, so that huge logits have finite losses and gradients; there the bound above does not hold.
"""

import math
from abc import abstractmethod

import tensorflow as tf
from keras import ops

from ganae_cli.losses.adversarial import Saturating
from ganae_cli.registry import register

LARGEST_EXPONENT = 10.0


class FDivergence(Saturating):
    """Base of the f-divergences, each given by T(v) = f'(e^v) (`derivative`) and f*(T(v)) (`conjugate`)."""

    @abstractmethod
    def derivative(self, t: tf.Tensor) -> tf.Tensor:
        """Return T(v) = f'(e^v) of the logits v."""

    @abstractmethod
    def conjugate(self, t: tf.Tensor) -> tf.Tensor:
        """Return f*(T(v)) of the logits v."""

    def real(self, t: tf.Tensor) -> tf.Tensor:
        return -ops.mean(self.derivative(t))

    def fake(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(self.conjugate(t))


@register("adversarial", "forward_kl")
class ForwardKL(FDivergence):
    """KL(p || q) = E_p log(p / q), f(u) = u log u: maximum likelihood minimises it; the model covers all the data.

    T = 1 + v, f*(T) = e^v. real -E(1 + v), fake E e^v, fool -E e^v. The generator's gradient comes mostly from samples
    that the discriminator takes for real: their weight e^v grows with its certainty.
    """

    def derivative(self, t: tf.Tensor) -> tf.Tensor:
        return 1.0 + t

    def conjugate(self, t: tf.Tensor) -> tf.Tensor:
        return _exp(t)


@register("adversarial", "reverse_kl")
class ReverseKL(FDivergence):
    """KL(q || p) = E_q log(q / p), f(u) = -log u: the reverse divergence, which drops modes.

    T = -e^-v, f*(T) = v - 1. real E e^-v, fake E(v - 1), fool -E(v - 1). Popular descriptions of GANs say that "the
    generator minimises KL(P_g || P_data)", P_g being the samples: that is this divergence, while the one of the
    original GAN is that of Jensen and Shannon. Data without samples costs nothing here, samples without data do.
    """

    def derivative(self, t: tf.Tensor) -> tf.Tensor:
        return -_exp(-t)

    def conjugate(self, t: tf.Tensor) -> tf.Tensor:
        return t - 1.0


@register("adversarial", "pearson")
class Pearson(FDivergence):
    """Pearson's chi-squared, the integral of (p - q)^2 / q, f(u) = (u - 1)^2.

    T = 2(e^v - 1), f*(T) = e^2v - 1. real -E 2(e^v - 1), fake E(e^2v - 1), fool -E(e^2v - 1).
    """

    def derivative(self, t: tf.Tensor) -> tf.Tensor:
        return 2.0 * (_exp(t) - 1.0)

    def conjugate(self, t: tf.Tensor) -> tf.Tensor:
        # Exact up to the same logit as the derivative: otherwise the discriminator's loss would have no lower bound.
        return _exp(2.0 * t, 2.0 * LARGEST_EXPONENT) - 1.0


@register("adversarial", "hellinger")
class Hellinger(FDivergence):
    """Squared Hellinger distance, the integral of (sqrt p - sqrt q)^2, f(u) = (sqrt u - 1)^2; at most 2.

    T = 1 - e^(-v/2), f*(T) = e^(v/2) - 1. real E(e^(-v/2) - 1), fake E(e^(v/2) - 1), fool -E(e^(v/2) - 1).
    """

    def derivative(self, t: tf.Tensor) -> tf.Tensor:
        return 1.0 - _exp(-t / 2)

    def conjugate(self, t: tf.Tensor) -> tf.Tensor:
        return _exp(t / 2) - 1.0


@register("adversarial", "jensen_shannon")
class JensenShannon(FDivergence):
    """KL(p || m) + KL(q || m) with m = (p + q) / 2, f(u) = u log u - (u + 1) log((u + 1) / 2); at most 2 log 2.

    Twice the Jensen-Shannon divergence. T = log 2 - softplus(-v), f*(T) = softplus(v) - log 2: up to the constants this
    is `minimax`, the game of Goodfellow et al., so the generator's gradient vanishes where the discriminator is sure.

    >>> terms = JensenShannon().discriminator([[0.0]], [[0.0]])  # p = q: the divergence is 0
    >>> float(-terms["real"] - terms["fake"])
    0.0
    """

    def derivative(self, t: tf.Tensor) -> tf.Tensor:
        return math.log(2.0) - ops.softplus(-t)

    def conjugate(self, t: tf.Tensor) -> tf.Tensor:
        return ops.softplus(t) - math.log(2.0)


def _exp(a: tf.Tensor, largest: float = LARGEST_EXPONENT) -> tf.Tensor:
    """Return e^a, and above `largest` its tangent at `largest`: continuous with a continuous derivative."""
    return ops.exp(ops.minimum(a, largest)) * (1.0 + ops.relu(a - largest))
