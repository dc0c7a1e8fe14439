"""VEEGAN: a GAN whose encoder inverts the generator and maps the data to the prior, against lost modes.

Srivastava et al. 2017, "VEEGAN: Reducing Mode Collapse in GANs using Implicit Variational Learning", arXiv:1705.07761,
Algorithm 1: all three gradients come from one pass. The reconstructor F (here the encoder) learns from codes alone; the
generator minimises the mean logit itself, not a loss of it, since the logit estimates log q(x, z) / p(x, z). The logit
here has the other sign, as in every page: it is large for the data's pairs.
"""

from types import SimpleNamespace

from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.models.shared.pair_discriminator import PairDiscriminator
from ganae_cli.registry import register


@register("model", "veegan")
class VEEGAN(Game):
    """Encoder F: x -> z_hat, generator G: z -> x_hat, and discriminator D: (x, z) -> logit, made of two networks."""

    players = {
        "discriminator": ("discriminator", "pair_discriminator"),
        "encoder": ("encoder",),
        "generator": ("generator",),
    }
    rounds = (("discriminator", "encoder", "generator"),)
    inference_networks = ("encoder", "generator")
    penalized = {"discriminator": ("discriminator", "pair_discriminator")}

    def __init__(
        self, parts: Parts, z_dim: int, weights: dict | None = None, features: int = 64, encoder_fools: bool = False
    ):
        super().__init__(parts, z_dim, weights)
        self.adversarial, self.encoder_fools = parts.adversarial_loss("discriminator"), encoder_fools
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, features)
        self.pair_discriminator = parts.down("pair_discriminator", (features + z_dim,), 1)
        self.pair = PairDiscriminator(self.discriminator, self.pair_discriminator, parts.shape)

    def forward(self, x) -> SimpleNamespace:
        """The pairs (x, F(x)) and (x_hat, z), x_hat = G(z), their logits, and the error ||z - F(G(z))||^2."""
        z, z_hat = self.prior(), self.encoder(x, training=True)
        x_hat = self.generator(z, training=True)
        error = ops.mean(ops.sum(ops.square(z - self.encoder(x_hat, training=True)), axis=-1))
        real, fake = self.pair(x, z_hat), self.pair(x_hat, z)
        return SimpleNamespace(x=x, x_hat=x_hat, z=z, z_hat=z_hat, real=real, fake=fake, error=error)

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_x[real D(x, F(x))] + E_z[fake D(G(z), z)] + penalties on D or on its second network."""
        terms = self.adversarial.discriminator(outputs.real, outputs.fake)
        return terms | self.pair.penalties(self, (outputs.x, outputs.z_hat), (outputs.x_hat, outputs.z))

    def encoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """E ||z - F(G(z))||^2, sum over the code; with `encoder_fools` plus E D(x, F(x)).

        `encoder_fools` follows a program to which the authors link.
        """
        fool = {"fool": ops.mean(ops.cast(outputs.real, "float32"))} if self.encoder_fools else {}
        return {"code_reconstruction": outputs.error} | fool

    def generator_loss(self, outputs: SimpleNamespace) -> Terms:
        """-E D(G(z), z) + E ||z - F(G(z))||^2."""
        return {"fool": -ops.mean(ops.cast(outputs.fake, "float32")), "code_reconstruction": outputs.error}

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
