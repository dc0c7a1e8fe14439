"""ALAE: a GAN with a learned code w between prior and generator, and between encoder and discriminator.

Pidhorskyi et al. 2020, "Adversarial Latent Autoencoders", arXiv:2004.04467, Algorithm 1: samples are G(F(z)), F the
mapper, and the discriminator of images is D(E(x)); E and D move, then F and G, then the autoencoder of codes, each on codes
drawn anew. Nothing compares pixels. As in the authors' program, the last round moves F, too, by what reaches it through
G. Their R1 penalty, 10 / 2 E ||grad_x D(E(x))||^2, is `loss.penalties.r1` on the discriminator, E and D as one.
"""

from keras import ops

from ganae_cli.engine import Game, Parts
from ganae_cli.registry import register


@register("model", "alae")
class ALAE(Game):
    players = {
        "discriminator": ("encoder", "discriminator"),
        "generator": ("mapper", "generator"),
        "autoencoder": ("mapper", "generator", "encoder"),
    }
    rounds = (("discriminator",), ("generator",), ("autoencoder",))
    inference_networks = ("mapper", "generator", "encoder")
    penalized = {"discriminator": ("encoder", "discriminator")}

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None):
        super().__init__(parts, z_dim, weights)
        self.adversarial = parts.loss("adversarial")
        self.mapper = parts.down("mapper", (z_dim,), z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.discriminator = parts.down("discriminator", (z_dim,), 1)

    def discriminator_loss(self, x):
        """E_x[real D(E(x))] + E_z[fake D(E(G(F(z))))] + penalties."""
        x_hat = self._sample()
        terms = self.adversarial.discriminator(self._discriminate(x), self._discriminate(x_hat))
        return terms | self.penalize("discriminator", x, x_hat, self._discriminate)

    def generator_loss(self, x):
        """E_z[fool D(E(G(F(z))))]."""
        return self.adversarial.generator(self._discriminate(self._sample()), self._discriminate(x))

    def autoencoder_loss(self, x):
        """Reciprocity, E ||F(z) - E(G(F(z)))||^2, mean over the code; the target F(z) is held, the input of G not."""
        w = self.mapper(self.prior(), training=True)
        w_tilde = self.encoder(self.generator(w, training=True), training=True)
        return {"code_reconstruction": ops.mean(ops.square(ops.stop_gradient(w) - w_tilde))}

    def _sample(self):
        return self.generator(self.mapper(self.prior(), training=True), training=True)

    def _discriminate(self, images, training: bool = True):
        return self.discriminator(self.encoder(images, training=training), training=training)

    def generate(self, z):
        return self.generator(self.mapper(z, training=False), training=False)

    def encode(self, x):
        return self.encoder(x, training=False)

    def decode(self, z):
        """Codes w, as `encode` gives them, and not z."""
        return self.generator(z, training=False)
