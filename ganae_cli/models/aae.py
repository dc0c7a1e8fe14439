"""Adversarial autoencoder: an autoencoder whose codes a discriminator cannot tell from codes drawn from the prior.

Makhzani et al. 2015, "Adversarial Autoencoders", arXiv:1511.05644, section 2: on each batch the reconstruction phase
moves encoder and generator (the paper's decoder), then the regularization phase moves the code discriminator and, last,
the encoder as the generator of codes, with an optimizer of its own. Of the paper's encoders this is the deterministic.
Departures: Adam instead of gradient descent with momentum, and the mean absolute error unless
`loss.reconstruction=mse`.
"""

from types import SimpleNamespace

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.registry import register


@register("model", "aae")
class AAE(Game):
    """Encoder E: x -> z, generator G: z -> x, and code discriminator D: z -> logit."""

    players = {
        "autoencoder": ("encoder", "generator"),
        "code_discriminator": ("code_discriminator",),
        "encoder": ("encoder",),
    }
    rounds = (("autoencoder",), ("code_discriminator",), ("encoder",))
    inference_networks = ("encoder", "generator")

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None):
        super().__init__(parts, z_dim, weights)
        self.adversarial = parts.adversarial_loss("code_discriminator", "encoder")
        self.reconstruction = parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.code_discriminator = parts.down("code_discriminator", (z_dim,), 1)

    def forward(self, x) -> SimpleNamespace:
        """The data's codes z_hat = E(x), and codes z ~ N(0, I) of the prior."""
        return SimpleNamespace(x=x, z=self.prior(), z_hat=self.encoder(x, training=True))

    def autoencoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """l(x, G(E(x)))."""
        return {"reconstruction": self.reconstruction(outputs.x, self.generator(outputs.z_hat, training=True))}

    def code_discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_z[real D(z)] + E_x[fake D(E(x))] + penalties: here the prior is real."""
        real, fake = (self.code_discriminator(codes, training=True) for codes in (outputs.z, outputs.z_hat))
        terms = self.adversarial.discriminator(real, fake)
        return terms | self.penalize("code_discriminator", outputs.z, outputs.z_hat)

    def encoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_x[fool D(E(x))]."""
        real, fake = (self.code_discriminator(codes, training=True) for codes in (outputs.z, outputs.z_hat))
        return self.adversarial.generator(fake, real)

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
