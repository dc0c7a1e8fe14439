"""Hybrid: encoder, generator and a discriminator in either space, with every path between them, for ablations.

Not one paper's algorithm, but the terms of many: weights choose among them, and those of weight 0 are still measured.
With the right weights it learns the same as `autoencoder`, `gan`, `wae_gan`, `alpha_gan` and `aegan`, and a Gaussian
encoder gives it the gradients of `vaegan`; tests prove both. To read an algorithm, or train it fast, use its page.
"""

from types import SimpleNamespace
from typing import Any

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.models.shared import gaussian_codes
from ganae_cli.models.shared.adversarial_terms import Fakes, discriminator_terms, generator_terms
from ganae_cli.models.shared.features import half_squared_distance, with_features
from ganae_cli.registry import register


@register("model", "hybrid")
class Hybrid(Game):
    """Encoder E: x -> z, generator G: z -> x, discriminator D: x -> logit, code discriminator C: z -> logit."""

    players = {
        "discriminator": ("discriminator",),
        "code_discriminator": ("code_discriminator",),
        "encoder": ("encoder",),
        "generator": ("generator",),
    }
    rounds = (("discriminator", "code_discriminator"), ("encoder", "generator"))
    inference_networks = ("encoder", "generator")

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        stochastic: bool = False,
        similarity_layer: int = -2,
    ):
        super().__init__(parts, z_dim, weights)
        self.adversarial = parts.adversarial_loss("discriminator", "generator")
        self.code_adversarial = parts.adversarial_loss("code_discriminator", "generator")
        self.encoder_adversarial = parts.adversarial_loss("discriminator", "encoder")
        self.encoder_code_adversarial = parts.adversarial_loss("code_discriminator", "encoder")
        self.reconstruction = parts.loss("reconstruction")
        self.stochastic = stochastic
        self.encoder = parts.down("encoder", parts.shape, 2 * z_dim if stochastic else z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)
        self.code_discriminator = parts.down("code_discriminator", (z_dim,), 1)
        view = with_features(self.discriminator, similarity_layer)
        self.with_features = lambda images: view(images, training=True)

    def forward(self, x) -> SimpleNamespace:
        """z_hat from E(x), x_hat = G(z), x_tilde = G(z_hat), z_tilde from E(x_hat); prior: the KL of a Gaussian E."""
        z_hat, prior = self._code(self.encoder(x, training=True))
        z = self.prior()
        x_hat, x_tilde = self.generator(z, training=True), self.generator(z_hat, training=True)
        z_tilde, _ = self._code(self.encoder(x_hat, training=True))
        return SimpleNamespace(x=x, x_hat=x_hat, x_tilde=x_tilde, z=z, z_hat=z_hat, z_tilde=z_tilde, prior=prior)

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """Data against samples and against reconstructions, each kind of fake counting half, as in AEGAN."""
        real, fakes, _ = self._image_logits(outputs)
        terms = discriminator_terms(self.adversarial, real, fakes, share=1 / 2)
        return terms | self.penalize("discriminator", outputs.x, (outputs.x_hat, outputs.x_tilde))

    def code_discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """Codes of the prior against codes of data and against codes of samples, half each."""
        terms = discriminator_terms(self.code_adversarial, *self._code_logits(outputs), share=1 / 2)
        return terms | self.penalize("code_discriminator", outputs.z, (outputs.z_hat, outputs.z_tilde))

    def encoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """All terms that depend on the encoder."""
        losses = self.encoder_adversarial, self.encoder_code_adversarial
        return self._paths(outputs, *losses, without="fool_sample") | outputs.prior

    def generator_loss(self, outputs: SimpleNamespace) -> Terms:
        """All terms that depend on the generator."""
        return self._paths(outputs, self.adversarial, self.code_adversarial, without="fool_code")

    def _paths(self, outputs: SimpleNamespace, adversarial: Any, code_adversarial: Any, without: str) -> Terms:
        real, fakes, similarity = self._image_logits(outputs)
        terms = {
            "reconstruction": self.reconstruction(outputs.x, outputs.x_tilde),
            "similarity": similarity,
            "code_reconstruction": ops.mean(ops.square(outputs.z - outputs.z_tilde)),
            **generator_terms(adversarial, real, fakes),
            **generator_terms(code_adversarial, *self._code_logits(outputs)),
        }
        del terms[without]
        return terms

    def _image_logits(self, outputs: SimpleNamespace) -> tuple[tf.Tensor, Fakes, tf.Tensor]:
        """Return the logits of data, those of both kinds of fakes, and the similarity of data and reconstructions.

        Similarity is 1/2 squared distance of features.
        """
        images = outputs.x, outputs.x_hat, outputs.x_tilde
        (features, real), (_, sample), (features_tilde, reconstruction) = map(self.with_features, images)
        fakes = {"sample": sample, "reconstruction": reconstruction}
        return real, fakes, half_squared_distance(features, features_tilde)

    def _code_logits(self, outputs: SimpleNamespace) -> tuple[tf.Tensor, Fakes]:
        """Return the logits of the prior's codes, and those of encoded data and of encoded samples."""
        codes = outputs.z, outputs.z_hat, outputs.z_tilde
        real, code, reconstruction = (self.code_discriminator(c, training=True) for c in codes)
        return real, {"code": code, "code_reconstruction": reconstruction}

    def _code(self, encoded: tf.Tensor) -> tuple[tf.Tensor, Terms]:
        """Return the latent code of an encoder's output, and of a Gaussian encoder the KL to the prior as a term."""
        if not self.stochastic:
            return encoded, {}
        posterior = gaussian_codes.split(encoded)
        return gaussian_codes.sample(*posterior, self.noise), {"prior": gaussian_codes.kl_to_prior(*posterior)}

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        """E(x); of a Gaussian encoder its mean."""
        encoded = self.encoder(x, training=False)
        return gaussian_codes.split(encoded)[0] if self.stochastic else encoded
