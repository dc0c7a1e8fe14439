"""Generative adversarial network.

Goodfellow et al. 2014, "Generative Adversarial Nets", arXiv:1406.2661, Algorithm 1 with k = 1: the discriminator moves,
then the generator. Both turns judge the same samples, so the generator runs once a step.
"""

from types import SimpleNamespace

from ganae_cli.models.base import Game
from ganae_cli.models.parts import Parts
from ganae_cli.registry import register


@register("model", "gan")
class GAN(Game):
    players = {"discriminator": ("discriminator",), "generator": ("generator",)}
    rounds = (("discriminator",), ("generator",))
    product = ("generator",)

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None):
        super().__init__(parts, z_dim, weights)
        self.adversarial = parts.loss("adversarial")
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)

    def observe(self, x):
        """Samples G(z), z ~ N(0, I)."""
        return SimpleNamespace(x=x, x_hat=self.generator(self.prior(), training=True))

    def discriminator_loss(self, seen):
        """E_x[real D(x)] + E_z[fake D(G(z))] + penalties."""
        real, fake = (self.discriminator(images, training=True) for images in (seen.x, seen.x_hat))
        return self.adversarial.discriminator(real, fake) | self.penalize("discriminator", seen.x, seen.x_hat)

    def generator_loss(self, seen):
        """E_z[fool D(G(z))]; a relativistic loss also looks at D(x)."""
        real, fake = (self.discriminator(images, training=True) for images in (seen.x, seen.x_hat))
        return self.adversarial.generator(fake, real)

    def generate(self, z):
        return self.generator(z, training=False)
