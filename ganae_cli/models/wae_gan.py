"""WAE-GAN: Wasserstein autoencoder whose latent codes are matched to the prior by a discriminator.

Tolstikhin et al. 2018, "Wasserstein Auto-Encoders", arXiv:1711.01558, Algorithm 1: the code discriminator moves, then
encoder and generator together, by the reconstruction cost c plus lambda times the adversarial term. c is
`loss.reconstruction` (the paper: squared error), lambda the weight of `autoencoder.fool`. The paper's c is a sum over
the numbers of an image, here a mean: its lambda is fool / reconstruction times H W C. Its discriminator's loss is
multiplied by lambda, too, which Adam undoes.
"""

import math
from types import SimpleNamespace

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.registry import register


@register("model", "wae_gan")
class WAEGAN(Game):
    """Encoder E: x -> z, generator G: z -> x, and code discriminator D: z -> logit."""

    players = {"code_discriminator": ("code_discriminator",), "autoencoder": ("encoder", "generator")}
    rounds = (("code_discriminator",), ("autoencoder",))
    inference_networks = ("encoder", "generator")

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None, prior_trick: bool = False):
        super().__init__(parts, z_dim, weights)
        self.prior_trick = prior_trick
        self.adversarial = parts.adversarial_loss("code_discriminator", "autoencoder")
        self.reconstruction = parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.code_discriminator = parts.down("code_discriminator", (z_dim,), 1)

    def forward(self, x) -> SimpleNamespace:
        """The data's codes z_hat = E(x), and codes z ~ N(0, I) of the prior."""
        return SimpleNamespace(x=x, z=self.prior(), z_hat=self.encoder(x, training=True))

    def code_discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_z[real D(z)] + E_x[fake D(E(x))] + penalties, which differentiate these logits."""
        penalties = self.penalize("code_discriminator", outputs.z, outputs.z_hat, self._discriminate)
        real, fake = self._discriminate(outputs.z), self._discriminate(outputs.z_hat)
        return self.adversarial.discriminator(real, fake) | penalties

    def autoencoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """c(x, G(E(x))) + lambda E_x[fool D(E(x))]."""
        x_tilde = self.generator(outputs.z_hat, training=True)
        fool = self.adversarial.generator(self._discriminate(outputs.z_hat), self._discriminate(outputs.z))
        return {"reconstruction": self.reconstruction(outputs.x, x_tilde)} | fool

    def _discriminate(self, z: tf.Tensor, training: bool = True) -> tf.Tensor:
        """Return the logits D(z), (batch, 1).

        The optimal ones are log p(z) - log q(z): with `prior_trick`, log p is added to the network's output, so that
        the network learns -log q alone. log p(z) = -||z||^2 / 2 - z_dim / 2 log 2 pi. From the authors' program
        (`gan_p_trick`), which has the constant once instead of z_dim times, and by broadcasting adds log p of every
        code to every logit.
        """
        logits = ops.cast(self.code_discriminator(z, training=training), "float32")
        if not self.prior_trick:
            return logits
        return logits - (ops.sum(ops.square(z), axis=-1, keepdims=True) + self.z_dim * math.log(2 * math.pi)) / 2

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
