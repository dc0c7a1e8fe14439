"""Adversarial losses that bound an f-divergence D_f(p || q) = E_q f(p / q) of the data p and the model's samples q.

Nowozin et al. 2016 (f-GAN), arXiv:1606.00709, equation 4: D_f >= E_p T - E_q f*(T) for any function T, with equality at
T = f'(p / q). Here the discriminator's logit v stands for log(p / q) whatever the divergence, so T(v) = f'(e^v) and
f*(T(v)) = e^v f'(e^v) - f(e^v), as in Shannon 2020, "Properties of f-divergences and f-GAN training". Nowozin's output
activations (their table 2) are other functions of the last layer; the bound is the same. Terms, means over the batch:

    real -E_p T(v)    fake E_q f*(T(v))    fool -E_q f*(T(v))

So -(real + fake) estimates the divergence, and where v = log(p / q), the generator's gradient is that of D_f(p || q).
Exponentials are exact for logits up to 10 (Hellinger: 20), ratios of 22,026, and go on along their tangent from there,
so that huge logits have finite losses and gradients; beyond, the bound above does not hold.
"""

import math

from keras import ops

from ganae_cli.losses.adversarial import Saturating
from ganae_cli.registry import register

LARGEST_EXPONENT = 10.0


class FDivergence(Saturating):
    """From `slope` T(v) = f'(e^v) and `conjugate` f*(T(v))."""

    def real(self, t):
        return -ops.mean(self.slope(t))

    def fake(self, t):
        return ops.mean(self.conjugate(t))


@register("adversarial", "forward_kl")
class ForwardKL(FDivergence):
    """KL(p || q) = E_p log(p / q), f(u) = u log u: what maximum likelihood minimises; the model covers all the data.

    T = 1 + v, f*(T) = e^v. real -E(1 + v), fake E e^v, fool -E e^v. The generator hears only of samples that the
    discriminator takes for real, the more the surer it is.
    """

    def slope(self, t):
        return 1.0 + t

    def conjugate(self, t):
        return _exp(t)


@register("adversarial", "reverse_kl")
class ReverseKL(FDivergence):
    """KL(q || p) = E_q log(q / p), f(u) = -log u: the reverse divergence, which drops modes.

    T = -e^-v, f*(T) = v - 1. real E e^-v, fake E(v - 1), fool -E(v - 1). Popular descriptions of GANs have "the
    generator minimise KL(P_g || P_data)", P_g being the samples: that is this divergence and not the one a GAN has,
    which is Jensen and Shannon's. It costs nothing to leave data out, only to put samples where there are none.
    """

    def slope(self, t):
        return -_exp(-t)

    def conjugate(self, t):
        return t - 1.0


@register("adversarial", "pearson")
class Pearson(FDivergence):
    """Pearson's chi-squared, the integral of (p - q)^2 / q, f(u) = (u - 1)^2.

    T = 2(e^v - 1), f*(T) = e^2v - 1. real -E 2(e^v - 1), fake E(e^2v - 1), fool -E(e^2v - 1).
    """

    def slope(self, t):
        return 2.0 * (_exp(t) - 1.0)

    def conjugate(self, t):
        # Exact up to the same logit as the slope: otherwise D's cost would have no lower bound.
        return _exp(2.0 * t, 2.0 * LARGEST_EXPONENT) - 1.0


@register("adversarial", "hellinger")
class Hellinger(FDivergence):
    """Squared Hellinger distance, the integral of (sqrt p - sqrt q)^2, f(u) = (sqrt u - 1)^2; at most 2.

    T = 1 - e^(-v/2), f*(T) = e^(v/2) - 1. real E(e^(-v/2) - 1), fake E(e^(v/2) - 1), fool -E(e^(v/2) - 1).
    """

    def slope(self, t):
        return 1.0 - _exp(-t / 2)

    def conjugate(self, t):
        return _exp(t / 2) - 1.0


@register("adversarial", "jensen_shannon")
class JensenShannon(FDivergence):
    """KL(p || m) + KL(q || m) with m = (p + q) / 2, f(u) = u log u - (u + 1) log((u + 1) / 2); at most 2 log 2.

    Twice the Jensen-Shannon divergence. T = log 2 - softplus(-v), f*(T) = softplus(v) - log 2: up to the constants this
    is `minimax`, Goodfellow's game, so the generator's gradient vanishes where the discriminator is sure.
    """

    def slope(self, t):
        return math.log(2.0) - ops.softplus(-t)

    def conjugate(self, t):
        return ops.softplus(t) - math.log(2.0)


def _exp(a, largest: float = LARGEST_EXPONENT):
    """e^a, and beyond the bound its tangent there: continuous with its derivative."""
    return ops.exp(ops.minimum(a, largest)) * (1.0 + ops.relu(a - largest))
