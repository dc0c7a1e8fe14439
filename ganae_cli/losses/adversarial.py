"""Adversarial losses of logits t = network(x), shape (batch, 1), with D = sigmoid(t) where a paper speaks of D.

`discriminator(real_logits, fake_logits)` and `generator(fake_logits, real_logits)` return named scalars, each a mean
over the batch, computed in float32; `makers(real_logits, fake_logits)` what those pay who make both, as in BiGAN.
Log-sigmoids are softplus, log D = -softplus(-t) and log(1 - D) = -softplus(t): they do not overflow, and their gradient
does not vanish by rounding.
"""

from keras import ops

from ganae_cli.registry import register


class Separate:
    """A loss whose terms look at real and fake logits apart from one another."""

    pairs = False  # the generator's part does not look at real logits, and may be given None

    def discriminator(self, real_logits, fake_logits) -> dict:
        return {"real": self.real(_float32(real_logits)), "fake": self.fake(_float32(fake_logits))}

    def generator(self, fake_logits, real_logits=None) -> dict:
        return {"fool": self.fool(_float32(fake_logits))}

    def makers(self, real_logits, fake_logits) -> dict:
        """The discriminator's loss with its labels swapped."""
        return {"fool_code": self.fake(_float32(real_logits)), "fool_sample": self.real(_float32(fake_logits))}


class Saturating(Separate):
    """A loss of which the generator's part is the negative of the discriminator's, as in a zero-sum game."""

    def fool(self, t):
        return -self.fake(t)

    def makers(self, real_logits, fake_logits) -> dict:
        return {"fool_code": -self.real(_float32(real_logits)), "fool_sample": -self.fake(_float32(fake_logits))}


@register("adversarial", "non_saturating")
class NonSaturating(Separate):
    """Goodfellow et al. 2014, arXiv:1406.2661, section 3: the generator maximises log D(G(z)).

    real E softplus(-t), fake E softplus(t), fool E softplus(-t).
    """

    def real(self, t):
        return ops.mean(ops.softplus(-t))

    def fake(self, t):
        return ops.mean(ops.softplus(t))

    def fool(self, t):
        return ops.mean(ops.softplus(-t))


@register("adversarial", "minimax")
class Minimax(Saturating, NonSaturating):
    """Goodfellow et al. 2014, arXiv:1406.2661, equation 1: the generator minimises log(1 - D(G(z))).

    real and fake as in non_saturating, fool -E softplus(t). The generator's gradient vanishes where D is sure.
    """


@register("adversarial", "least_squares")
class LeastSquares(Separate):
    """Mao et al. 2017, arXiv:1611.04076, equation 9, the 0-1 coding: a = 0 (fake), b = 1 (real), c = 1 (wanted by G).

    real 1/2 E (t - b)^2, fake 1/2 E (t - a)^2, fool 1/2 E (t - c)^2; the 1/2 is the paper's. No sigmoid.
    """

    def real(self, t):
        return ops.mean(ops.square(t - 1.0)) / 2

    def fake(self, t):
        return ops.mean(ops.square(t)) / 2

    def fool(self, t):
        return ops.mean(ops.square(t - 1.0)) / 2


@register("adversarial", "hinge")
class Hinge(Separate):
    """Lim & Ye 2017, arXiv:1705.02894, section 3; Miyato et al. 2018, arXiv:1802.05957, equations 16 and 17.

    real E max(0, 1 - t), fake E max(0, 1 + t), fool -E t.
    """

    def real(self, t):
        return ops.mean(ops.relu(1.0 - t))

    def fake(self, t):
        return ops.mean(ops.relu(1.0 + t))

    def fool(self, t):
        return -ops.mean(t)


@register("adversarial", "wasserstein")
class Wasserstein(Separate):
    """Arjovsky et al. 2017, arXiv:1701.07875, equations 2 and 3: t estimates the distance only if it is Lipschitz.

    real -E t, fake E t, fool -E t. Add a gradient penalty (`loss=wasserstein_gp`) to keep t Lipschitz.
    """

    def real(self, t):
        return -ops.mean(t)

    def fake(self, t):
        return ops.mean(t)

    def fool(self, t):
        return -ops.mean(t)


@register("adversarial", "relativistic")
class Relativistic:
    """Jolicoeur-Martineau 2019, arXiv:1807.00734, section 3.3 (RSGAN); Huang et al. 2024 (R3GAN), arXiv:2501.05441.

    pairing E softplus(-(t_real - t_fake)), fool E softplus(-(t_fake - t_real)); real i is paired with fake i, so both
    batches must have one shape. It need not converge without a penalty: near the optimum R1 or R2 suffices, in practice
    both are needed (Huang et al. 2024, section 2).
    """

    pairs = True

    def discriminator(self, real_logits, fake_logits) -> dict:
        return {"pairing": self._loses(fake_logits, real_logits)}

    def generator(self, fake_logits, real_logits) -> dict:
        return {"fool": self._loses(real_logits, fake_logits)}

    def makers(self, real_logits, fake_logits) -> dict:
        return {"fool_pairing": self._loses(real_logits, fake_logits)}

    def _loses(self, lesser, greater):
        """E softplus(lesser - greater): how far `greater` is from being the greater of each pair."""
        if lesser.shape != greater.shape:  # or broadcasting would pair everything with everything
            raise ValueError(f"relativistic: logits must have one shape, got {lesser.shape} and {greater.shape}")
        return ops.mean(ops.softplus(_float32(lesser) - _float32(greater)))


def _float32(logits):
    return ops.cast(logits, "float32")
