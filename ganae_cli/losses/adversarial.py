"""Adversarial losses of logits t = network(x), shape (batch, 1), with D = sigmoid(t) where a paper has D.

Each loss has three methods. They return named scalars, each a mean over the batch, computed in float32:
discriminator(real_logits, fake_logits): terms of the discriminator.
generator(fake_logits, real_logits): terms of the generator.
swapped(real_logits, fake_logits): terms of the encoder and the generator of BiGAN, the discriminator's with its labels
swapped. The discriminator tells pairs (x, E(x)) from pairs (G(z), z): the encoder makes the real pair, the generator
the fake one.

Log-sigmoids are written as softplus, log D = -softplus(-t) and log(1 - D) = -softplus(t): these do not overflow, and
their gradient does not vanish by rounding.
"""

from abc import ABC, abstractmethod

import tensorflow as tf
from keras import ops

from ganae_cli.registry import register

Terms = dict[str, tf.Tensor]  # name -> scalar


class Separate(ABC):
    """Base of losses of which each term sees real logits or fake logits, and none both."""

    pairs = False  # `generator` needs no real logits and accepts None
    boundary: float | None = 0.0  # logit at which data and samples are equally likely; None: only differences count

    @abstractmethod
    def real(self, t: tf.Tensor) -> tf.Tensor:
        """Return the discriminator's loss of the logits of data."""

    @abstractmethod
    def fake(self, t: tf.Tensor) -> tf.Tensor:
        """Return the discriminator's loss of the logits of samples."""

    @abstractmethod
    def fool(self, t: tf.Tensor) -> tf.Tensor:
        """Return the generator's loss of the logits of samples."""

    def discriminator(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        return {"real": self.real(_float32(real_logits)), "fake": self.fake(_float32(fake_logits))}

    def generator(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> Terms:
        return {"fool": self.fool(_float32(fake_logits))}

    def swapped(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        """Return the discriminator's loss with its labels swapped."""
        return {"fool_code": self.fake(_float32(real_logits)), "fool_sample": self.real(_float32(fake_logits))}


class Saturating(Separate):
    """Base of losses of which the generator's term is the negative of the discriminator's, as in a zero-sum game."""

    def fool(self, t: tf.Tensor) -> tf.Tensor:
        return -self.fake(t)

    def swapped(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        return {"fool_code": -self.real(_float32(real_logits)), "fool_sample": -self.fake(_float32(fake_logits))}


@register("adversarial", "non_saturating")
class NonSaturating(Separate):
    """Non-saturating loss, where the generator maximises log D(G(z)).

    real E softplus(-t), fake E softplus(t), fool E softplus(-t). Goodfellow et al. 2014, arXiv:1406.2661, section 3.
    """

    def real(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(ops.softplus(-t))

    def fake(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(ops.softplus(t))

    def fool(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(ops.softplus(-t))


@register("adversarial", "minimax")
class Minimax(Saturating, NonSaturating):
    """Minimax loss, where the generator minimises log(1 - D(G(z))).

    real and fake as in non_saturating, fool -E softplus(t). The generator's gradient vanishes where D is sure.
    Goodfellow et al. 2014, arXiv:1406.2661, equation 1.
    """


@register("adversarial", "density_ratio")
class DensityRatio(NonSaturating):
    """The generator minimises the logit of cross-entropy, an estimate of log(samples' density / data's density).

    real and fake as in non_saturating, fool -log D + log(1 - D) = -E t. Where D is optimal, t = log p / q, so this is
    KL(q || p), as in `reverse_kl`, whose discriminator maximises that divergence's own bound instead. Rosca et al. 2017
    (alpha-GAN), arXiv:1706.04987, sections 2.2 and 3; of pairs, Srivastava et al. 2017 (VEEGAN), arXiv:1705.07761.
    """

    def fool(self, t: tf.Tensor) -> tf.Tensor:
        return -ops.mean(t)

    def swapped(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        return _linear(real_logits, fake_logits)


@register("adversarial", "least_squares")
class LeastSquares(Separate):
    """Least-squares loss of the logits themselves, without a sigmoid.

    real 1/2 E (t - b)^2, fake 1/2 E (t - a)^2, fool 1/2 E (t - c)^2; the 1/2 is the paper's. Mao et al. 2017,
    arXiv:1611.04076, equation 9, with the 0-1 coding: a = 0 (fake), b = 1 (real), c = 1 (wanted by the generator).
    """

    boundary = 0.5

    def real(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(ops.square(t - 1.0)) / 2

    def fake(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(ops.square(t)) / 2

    def fool(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(ops.square(t - 1.0)) / 2


@register("adversarial", "hinge")
class Hinge(Separate):
    """Hinge loss with margin 1.

    real E max(0, 1 - t), fake E max(0, 1 + t), fool -E t. Lim & Ye 2017, arXiv:1705.02894, section 3; Miyato et al.
    2018, arXiv:1802.05957, equations 16 and 17. Encoder and generator of pairs have no margin either: fool_code E t,
    fool_sample -E t (BigBiGAN, Donahue and Simonyan 2019, arXiv:1907.02544, section 2).

    >>> real_logits, fake_logits = [[0.0], [2.0]], [[0.0], [-3.0]]
    >>> {name: float(term) for name, term in Hinge().discriminator(real_logits, fake_logits).items()}
    {'real': 0.5, 'fake': 0.5}
    >>> {name: float(term) for name, term in Hinge().generator(fake_logits).items()}
    {'fool': 1.5}
    """

    def real(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(ops.relu(1.0 - t))

    def fake(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(ops.relu(1.0 + t))

    def fool(self, t: tf.Tensor) -> tf.Tensor:
        return -ops.mean(t)

    def swapped(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        return _linear(real_logits, fake_logits)


@register("adversarial", "wasserstein")
class Wasserstein(Separate):
    """Wasserstein loss: the terms estimate the Wasserstein distance only if t is Lipschitz in x.

    real -E t, fake E t, fool -E t. Add a gradient penalty (`loss=wasserstein_gp`) to keep t Lipschitz. Arjovsky et al.
    2017, arXiv:1701.07875, equations 2 and 3.
    """

    boundary = None

    def real(self, t: tf.Tensor) -> tf.Tensor:
        return -ops.mean(t)

    def fake(self, t: tf.Tensor) -> tf.Tensor:
        return ops.mean(t)

    def fool(self, t: tf.Tensor) -> tf.Tensor:
        return -ops.mean(t)


@register("adversarial", "relativistic")
class Relativistic:
    """Relativistic pairing loss: each fake logit is compared with a real one.

    pairing E softplus(-(t_real - t_fake)), fool E softplus(-(t_fake - t_real)); real i is paired with fake i, so both
    batches must have the same shape, or ValueError is raised. Training need not converge without a penalty: near the
    optimum R1 or R2 suffices, in practice both are needed (Huang et al. 2024, section 2). Jolicoeur-Martineau 2019,
    arXiv:1807.00734, section 3.3 (RSGAN); Huang et al. 2024 (R3GAN), arXiv:2501.05441.

    >>> [f"{float(term):.4f}" for term in Relativistic().discriminator([[3.0]], [[1.0]]).values()]  # softplus(-2)
    ['0.1269']
    """

    pairs = True  # `generator` needs real logits
    boundary = None

    def discriminator(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        return {"pairing": self._pairing_loss(fake_logits, real_logits)}

    def generator(self, fake_logits: tf.Tensor, real_logits: tf.Tensor) -> Terms:
        return {"fool": self._pairing_loss(real_logits, fake_logits)}

    def swapped(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
        return {"fool_pairing": self._pairing_loss(real_logits, fake_logits)}

    def _pairing_loss(self, lesser: tf.Tensor, greater: tf.Tensor) -> tf.Tensor:
        """Return E softplus(lesser - greater), which is small where `greater` is the greater one of each pair."""
        lesser, greater = _float32(lesser), _float32(greater)
        if lesser.shape != greater.shape:  # or broadcasting would pair everything with everything
            raise ValueError(f"relativistic: logits must have one shape, got {lesser.shape} and {greater.shape}")
        return ops.mean(ops.softplus(lesser - greater))


def _linear(real_logits: tf.Tensor, fake_logits: tf.Tensor) -> Terms:
    """Return the terms of encoder and generator of pairs that are the logits themselves."""
    return {"fool_code": ops.mean(_float32(real_logits)), "fool_sample": -ops.mean(_float32(fake_logits))}


def _float32(logits: tf.Tensor) -> tf.Tensor:
    return ops.cast(logits, "float32")
