"""Contractive encoder, a decoder that is the generator, and a discriminator of images.

The contractive autoencoder of Rifai et al. 2011, "Contractive Auto-Encoders", ICML, and a GAN in one: its generator
starts from a latent code joined with a random vector e ~ N(0, I): E(x) + sigma e (mix: add), or [E(x), e] (mix:
concat). To generate samples it starts from codes of `sampler`, a density fitted to the data's codes, joined with e in
the same way. The penalty is `loss.penalties.contractive` on the encoder. Codes are kept small as in RAE, Ghosh et al.
2020, arXiv:1903.12436, or they would outgrow the noise, whose size is fixed. Each image is fooled with twice, so the
weight of reconstruction grows with the image (`weights_by_size`). With 10, as suits 8x8, at 28x28 the adversarial
gradient at a reconstruction was eleven times as long, and all codes came together in one that fooled best.
"""

from types import SimpleNamespace
from typing import ClassVar

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.errors import UserError
from ganae_cli.models.shared.adversarial_terms import Fakes, discriminator_terms, generator_terms
from ganae_cli.penalties.base import Network
from ganae_cli.penalties.input_gradient import SharedForward
from ganae_cli.registry import register


@register("model", "contractive_aegan")
class ContractiveAEGAN(Game):
    """Encoder E: x -> z, generator G: (z, e) -> x, discriminator D: x -> logit. Options: its YAML in conf/model."""

    players = {"discriminator": ("discriminator",), "autoencoder": ("encoder", "generator")}
    rounds = (("discriminator",), ("autoencoder",))
    inference_networks = ("encoder", "generator")
    weights_by_size: ClassVar = {"reconstruction": 1.25}

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        mix: str = "add",
        sigma: float = 0.3,
        noise_dim: int = 4,
        sampler: str = "gmm",
        components: int | None = None,
    ):
        super().__init__(parts, z_dim, weights)
        if mix not in ("add", "concat"):
            raise UserError(f"model.mix must be add or concat, got '{mix}'")
        self.mix, self.sigma, self.sampler, self.components = mix, sigma, sampler, components
        self.noise_dim = z_dim if mix == "add" else noise_dim
        self.adversarial = parts.adversarial_loss("discriminator", "autoencoder")
        self.reconstruction = parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.generator = parts.up("generator", z_dim if mix == "add" else z_dim + noise_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)

    def join(self, z, noise):
        """Return the input of the generator; noise: standard normal (batch, noise_dim)."""
        return z + self.sigma * noise if self.mix == "add" else ops.concatenate([z, noise], axis=1)

    def forward(self, x) -> SimpleNamespace:
        """Codes z = E(x), reconstructions x_tilde = G(z, 0), and samples x_hat = G(z, e)."""
        z = self.encoder(x, training=True)
        noise = self.noise.normal(self.noise_dim)
        x_tilde = self.generator(self.join(z, ops.zeros_like(noise)), training=True)
        return SimpleNamespace(x=x, z=z, x_tilde=x_tilde, x_hat=self.generator(self.join(z, noise), training=True))

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E[real D(x)] + the mean of E[fake D(x_hat)] and E[fake D(x_tilde)] + penalties."""
        discriminator = SharedForward(self.discriminator)
        terms = discriminator_terms(self.adversarial, *self._logits(discriminator, outputs), share=1 / 2)
        return terms | self.penalize("discriminator", outputs.x, (outputs.x_hat, outputs.x_tilde), discriminator)

    def autoencoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """l(x, x_tilde) + E[fool D(x_hat)] + E[fool D(x_tilde)] + 1/2 E ||z||^2 + penalties."""
        terms = {
            "reconstruction": self.reconstruction(outputs.x, outputs.x_tilde),
            **generator_terms(self.adversarial, *self._logits(self.discriminator, outputs)),
            "code_size": ops.mean(ops.sum(ops.square(outputs.z), axis=1)) / 2,
        }
        return terms | self.penalize("encoder", outputs.x, None)

    def _logits(self, discriminator: Network, outputs: SimpleNamespace) -> tuple[tf.Tensor, Fakes]:
        """Return the logits of data, and those of samples (mixed with noise) and of reconstructions."""
        images = outputs.x, outputs.x_hat, outputs.x_tilde
        real, mixed, reconstruction = (discriminator(x, training=True) for x in images)
        return real, {"mixed": mixed, "reconstruction": reconstruction}

    def generate(self, z):
        """z: codes joined with noise; or codes alone, which are then joined with 0, the mean of the noise."""
        missing = self.generator.input_shape[1] - z.shape[1]
        return self.generator(ops.pad(ops.cast(z, "float32"), [[0, 0], [0, missing]]), training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
