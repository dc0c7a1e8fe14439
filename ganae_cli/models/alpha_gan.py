"""alpha-GAN: a variational autoencoder with a discriminator for its likelihood and another for its posterior.

Rosca et al. 2017, "Variational Approaches for Auto-Encoding Generative Adversarial Networks", arXiv:1706.04987, the
hybrid objective and Algorithm 1. Four networks with an optimizer each, as the authors trained them; here the
discriminators move first. Equations 16 and 17 of the first version swap prior and posterior, as the authors confirmed
(github.com/victor-shepardson/alpha-GAN): to the code discriminator the prior is real. lambda is the weight of both
`reconstruction` terms. The paper's encoder and generator minimise -log D + log(1 - D), the negative logit: that is
`loss=density_ratio`, the loss of its YAML.
"""

from types import SimpleNamespace

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.models.shared.adversarial_terms import discriminator_terms, generator_terms
from ganae_cli.penalties.input_gradient import SharedForward
from ganae_cli.registry import register


@register("model", "alpha_gan")
class AlphaGAN(Game):
    """Encoder E: x -> z, generator G: z -> x, discriminator D: x -> logit, code discriminator C: z -> logit."""

    players = {
        "discriminator": ("discriminator",),
        "code_discriminator": ("code_discriminator",),
        "encoder": ("encoder",),
        "generator": ("generator",),
    }
    rounds = (("discriminator", "code_discriminator"), ("encoder", "generator"))
    inference_networks = ("encoder", "generator")

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None):
        super().__init__(parts, z_dim, weights)
        self.adversarial = parts.adversarial_loss("discriminator", "generator")
        self.encoder_adversarial = parts.adversarial_loss("discriminator", "encoder")
        self.code_adversarial = parts.adversarial_loss("code_discriminator", "encoder")
        self.reconstruction = parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)
        self.code_discriminator = parts.down("code_discriminator", (z_dim,), 1)

    def forward(self, x) -> SimpleNamespace:
        """z_hat = E(x), x_tilde = G(z_hat), x_hat = G(z), z ~ N(0, I)."""
        z, z_hat = self.prior(), self.encoder(x, training=True)
        x_hat, x_tilde = self.generator(z, training=True), self.generator(z_hat, training=True)
        return SimpleNamespace(x=x, x_hat=x_hat, x_tilde=x_tilde, z=z, z_hat=z_hat)

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_x[real D(x)] + E_z[fake D(G(z))] + E_x[fake D(G(E(x)))] + penalties."""
        discriminator = SharedForward(self.discriminator)
        real, sample, reconstruction = map(discriminator, (outputs.x, outputs.x_hat, outputs.x_tilde))
        fakes = {"sample": sample, "reconstruction": reconstruction}
        terms = discriminator_terms(self.adversarial, real, fakes)
        return terms | self.penalize("discriminator", outputs.x, (outputs.x_hat, outputs.x_tilde), discriminator)

    def code_discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_z[real C(z)] + E_x[fake C(E(x))] + penalties."""
        real, fake = (self.code_discriminator(codes, training=True) for codes in (outputs.z, outputs.z_hat))
        terms = self.code_adversarial.discriminator(real, fake)
        return terms | self.penalize("code_discriminator", outputs.z, outputs.z_hat)

    def encoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """lambda l(x, G(E(x))) + E_x[fool D(G(E(x)))] + E_x[fool C(E(x))]."""
        real, fake = (self.discriminator(images, training=True) for images in (outputs.x, outputs.x_tilde))
        real_code, code = (self.code_discriminator(codes, training=True) for codes in (outputs.z, outputs.z_hat))
        fool = generator_terms(self.encoder_adversarial, real, {"reconstruction": fake})
        fool_code = generator_terms(self.code_adversarial, real_code, {"code": code})
        return {"reconstruction": self.reconstruction(outputs.x, outputs.x_tilde)} | fool | fool_code

    def generator_loss(self, outputs: SimpleNamespace) -> Terms:
        """lambda l(x, G(E(x))) + E_z[fool D(G(z))] + E_x[fool D(G(E(x)))]."""
        images = outputs.x, outputs.x_hat, outputs.x_tilde
        real, sample, reconstruction = (self.discriminator(y, training=True) for y in images)
        fool = generator_terms(self.adversarial, real, {"sample": sample, "reconstruction": reconstruction})
        return {"reconstruction": self.reconstruction(outputs.x, outputs.x_tilde)} | fool

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
