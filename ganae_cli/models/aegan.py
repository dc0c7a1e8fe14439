"""AEGAN: an autoencoder whose decoder is the generator, with discriminators in image space and in latent space.

Lazarou 2020, "Autoencoding Generative Adversarial Networks", arXiv:2004.05472. Four networks: encoder E, generator G,
image discriminator D_x, code discriminator D_z. Two cycles: x -> E -> G -> x_tilde and z -> G -> E -> z_tilde. The
weights of the author's two programs are the experiments `aegan_keras` and `aegan_pokegan`; those of the YAML, and one
step of encoder and generator for one of the discriminators, are this project's.
"""

from types import SimpleNamespace
from typing import Any

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.models.shared.adversarial_terms import Fakes, discriminator_terms, generator_terms
from ganae_cli.penalties.base import Network
from ganae_cli.penalties.input_gradient import SharedForward
from ganae_cli.registry import register


@register("model", "aegan")
class AEGAN(Game):
    """Encoder E: x -> z, generator G: z -> x, discriminators D_x: x -> logit and D_z: z -> logit."""

    players = {
        "discriminator": ("discriminator",),
        "code_discriminator": ("code_discriminator",),
        "autoencoder": ("encoder", "generator"),
    }
    rounds = (("discriminator", "code_discriminator"), ("autoencoder",))
    inference_networks = ("encoder", "generator")

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None):
        super().__init__(parts, z_dim, weights)
        self.adversarial = parts.adversarial_loss("discriminator", "autoencoder")
        self.code_adversarial = parts.adversarial_loss("code_discriminator", "autoencoder")
        self.reconstruction = parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)
        self.code_discriminator = parts.down("code_discriminator", (z_dim,), 1)

    def forward(self, x) -> SimpleNamespace:
        """x_hat = G(z), z_hat = E(x), x_tilde = G(z_hat), z_tilde = E(x_hat)."""
        z = self.prior()
        x_hat, z_hat = self.generator(z, training=True), self.encoder(x, training=True)
        x_tilde, z_tilde = self.generator(z_hat, training=True), self.encoder(x_hat, training=True)
        return SimpleNamespace(x=x, x_hat=x_hat, x_tilde=x_tilde, z=z, z_hat=z_hat, z_tilde=z_tilde)

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """Data against samples and against reconstructions, half each (the author counts 2 : 1 : 1)."""
        return self._discriminate("discriminator", outputs.x, sample=outputs.x_hat, reconstruction=outputs.x_tilde)

    def code_discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """Codes of the prior against encoded data and against re-encoded samples, half each."""
        return self._discriminate(
            "code_discriminator", outputs.z, code=outputs.z_hat, code_reconstruction=outputs.z_tilde
        )

    def autoencoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """a l(x, x_tilde) + b ||z - z_tilde||^2 + fooling both discriminators with all four kinds of fakes."""
        image = self._fool("discriminator", outputs.x, sample=outputs.x_hat, reconstruction=outputs.x_tilde)
        code = self._fool("code_discriminator", outputs.z, code=outputs.z_hat, code_reconstruction=outputs.z_tilde)
        cycles = {
            "reconstruction": self.reconstruction(outputs.x, outputs.x_tilde),
            "code_reconstruction": ops.mean(ops.square(outputs.z - outputs.z_tilde)),
        }
        return cycles | image | code

    def _discriminate(self, name: str, real: tf.Tensor, **fakes: tf.Tensor) -> Terms:
        """Return the discriminator's terms: each kind of fake with an equal share, in the penalties too."""
        discriminator = SharedForward(self.network(name))
        terms = discriminator_terms(self._loss_of(name), *_logits(discriminator, real, fakes), share=1 / len(fakes))
        return terms | self.penalize(name, real, tuple(fakes.values()), discriminator)

    def _fool(self, name: str, real: tf.Tensor, **fakes: tf.Tensor) -> Terms:
        return generator_terms(self._loss_of(name), *_logits(self.network(name), real, fakes))

    def _loss_of(self, name: str) -> Any:
        return self.adversarial if name == "discriminator" else self.code_adversarial

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        return self.encoder(x, training=False)


def _logits(discriminator: Network, real: tf.Tensor, fakes: Fakes) -> tuple[tf.Tensor, Fakes]:
    of_real = discriminator(real, training=True)
    return of_real, {kind: discriminator(fake, training=True) for kind, fake in fakes.items()}
