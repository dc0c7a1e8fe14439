"""ALAE: a GAN with a learned code w between prior and generator, and between encoder and discriminator.

Pidhorskyi et al. 2020, "Adversarial Latent Autoencoders", arXiv:2004.04467, Algorithm 1: samples are G(F(z)), F the
mapper, and the discriminator of images is D(E(x)); E and D move, then F and G, then the autoencoder of codes, each on
codes drawn anew. No loss compares pixels. Two things follow the authors' program (github.com/podgorskiy/ALAE): the last
round also moves F, by the gradient that reaches it through G, and it has no optimizer of its own but moves E with that
of E and D, F and G with that of both. An Adam of its own would make full steps of its small gradient. Their R1
penalty, 10 / 2 E ||grad_x D(E(x))||^2, is `loss.penalties.r1` on the discriminator, E and D as one.
"""

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.registry import register


@register("model", "alae")
class ALAE(Game):
    """Mapper F: z -> w, generator G: w -> x, encoder E: x -> w, discriminator D: w -> logit."""

    players = {
        "discriminator": ("encoder", "discriminator"),
        "generator": ("mapper", "generator"),
        "autoencoder": ("mapper", "generator", "encoder"),
    }
    shares_optimizers = ("autoencoder",)
    rounds = (("discriminator",), ("generator",), ("autoencoder",))
    inference_networks = ("mapper", "generator", "encoder")
    penalized = {"discriminator": ("encoder", "discriminator")}

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None):
        super().__init__(parts, z_dim, weights)
        parts.condition.refuse("the discriminator sees codes, not images", "projection", modes=("auxiliary",))
        self.adversarial = parts.adversarial_loss("discriminator", "generator")
        self.augmented = parts.augment.of_images("discriminator")
        self.mapper = parts.down("mapper", (z_dim,), z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.discriminator = parts.down("discriminator", (z_dim,), 1)

    def discriminator_loss(self, x: tf.Tensor) -> Terms:
        """E_x[real D(E(x))] + E_z[fake D(E(G(F(z))))] + penalties."""
        x_hat = self._sample()
        terms = self.adversarial.discriminator(self._discriminate(x), self._discriminate(x_hat))
        return terms | self.penalize("discriminator", x, x_hat, self._discriminate)

    def generator_loss(self, x: tf.Tensor) -> Terms:
        """E_z[fool D(E(G(F(z))))]."""
        return self.adversarial.generator(self._discriminate(self._sample()), self._discriminate(x))

    def autoencoder_loss(self, x: tf.Tensor) -> Terms:
        """Reciprocity: E ||F(z) - E(G(F(z)))||^2, mean over the code.

        The target F(z) is held constant, the input F(z) of G is not.
        """
        w = self.mapper(self.prior(), training=True)
        w_tilde = self.encoder(self.generator(w, training=True), training=True)
        return {"code_reconstruction": ops.mean(ops.square(ops.stop_gradient(w) - w_tilde))}

    def _sample(self) -> tf.Tensor:
        return self.generator(self.mapper(self.prior(), training=True), training=True)

    def _discriminate(self, images: tf.Tensor, training: bool = True) -> tf.Tensor:
        return self.discriminator(self.encoder(self.augmented(images), training=training), training=training)

    def generate(self, z):
        return self.generator(self.mapper(z, training=False), training=False)

    def encode(self, x):
        return self.encoder(x, training=False)

    def decode(self, z):
        """Codes w of `encode`, not codes z of the prior, -> data."""
        return self.generator(z, training=False)
