"""Hybrid: encoder, generator and a discriminator in either space, with every path between them, for ablations.

No paper's algorithm, but the terms of many: weights choose among them, and those of weight 0 are measured all the same.
With the right weights it learns what `autoencoder`, `gan`, `wae_gan`, `alpha_gan` and `aegan` learn, and a Gaussian
encoder gives it the gradients of `vaegan`: tests hold it to that. To read an algorithm, or train it fast, see its page.
"""

from types import SimpleNamespace

from keras import ops

from ganae_cli.engine.game import Game
from ganae_cli.engine.parts import Parts
from ganae_cli.models.shared import adversarial_terms, gaussian_codes
from ganae_cli.models.shared.features import half_squared_distance, with_features
from ganae_cli.registry import register


@register("model", "hybrid")
class Hybrid(Game):
    players = {
        "discriminator": ("discriminator",),
        "code_discriminator": ("code_discriminator",),
        "encoder": ("encoder",),
        "generator": ("generator",),
    }
    rounds = (("discriminator", "code_discriminator"), ("encoder", "generator"))
    product = ("encoder", "generator")

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        stochastic: bool = False,
        similarity_layer: int = -2,
    ):
        super().__init__(parts, z_dim, weights)
        self.adversarial, self.reconstruction = parts.loss("adversarial"), parts.loss("reconstruction")
        self.stochastic = stochastic
        self.encoder = parts.down("encoder", parts.shape, 2 * z_dim if stochastic else z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)
        self.code_discriminator = parts.down("code_discriminator", (z_dim,), 1)
        view = with_features(self.discriminator, similarity_layer)
        self.look = lambda images: view(images, training=True)

    def observe(self, x):
        """z_hat from E(x), x_hat = G(z), x_tilde = G(z_hat), z_tilde from E(x_hat); prior: the KL of a Gaussian E."""
        z_hat, prior = self._code(self.encoder(x, training=True), self.draws)
        z = self.prior()
        x_hat, x_tilde = self.generator(z, training=True), self.generator(z_hat, training=True)
        z_tilde, _ = self._code(self.encoder(x_hat, training=True), self.draws)
        return SimpleNamespace(x=x, x_hat=x_hat, x_tilde=x_tilde, z=z, z_hat=z_hat, z_tilde=z_tilde, prior=prior)

    def discriminator_loss(self, seen):
        """Data against samples and against reconstructions, each kind of fake counting half, as in AEGAN."""
        real, fakes, _ = self._images(seen)
        terms = adversarial_terms.rejected(self.adversarial, real, fakes, share=1 / 2)
        return terms | self.penalize("discriminator", seen.x, seen.x_hat)

    def code_discriminator_loss(self, seen):
        """The prior's codes against those of data and those of samples, each half."""
        terms = adversarial_terms.rejected(self.adversarial, *self._codes(seen), share=1 / 2)
        return terms | self.penalize("code_discriminator", seen.z, seen.z_hat)

    def encoder_loss(self, seen):
        """All that depends on the encoder."""
        return self._paths(seen, without="fool_sample") | seen.prior

    def generator_loss(self, seen):
        """All that depends on the generator."""
        return self._paths(seen, without="fool_code")

    def _paths(self, seen, without: str) -> dict:
        real, fakes, similarity = self._images(seen)
        terms = {
            "reconstruction": self.reconstruction(seen.x, seen.x_tilde),
            "similarity": similarity,
            "code_reconstruction": ops.mean(ops.square(seen.z - seen.z_tilde)),
            **adversarial_terms.accepted(self.adversarial, real, fakes),
            **adversarial_terms.accepted(self.adversarial, *self._codes(seen)),
        }
        del terms[without]
        return terms

    def _images(self, seen) -> tuple:
        """Logits of data and of both kinds of fakes; 1/2 squared distance of features, data and reconstructions."""
        (features, real), (_, sample), (rebuilt, reconstruction) = map(self.look, (seen.x, seen.x_hat, seen.x_tilde))
        fakes = {"sample": sample, "reconstruction": reconstruction}
        return real, fakes, half_squared_distance(features, rebuilt)

    def _codes(self, seen) -> tuple:
        """Logits of the prior's codes and of both kinds of others."""
        real, code, again = (self.code_discriminator(c, training=True) for c in (seen.z, seen.z_hat, seen.z_tilde))
        return real, {"code": code, "code_reconstruction": again}

    def _code(self, outputs, draws) -> tuple:
        """The code in what the encoder says, and its divergence from the prior as a term, if there is one."""
        if not self.stochastic:
            return outputs, {}
        posterior = gaussian_codes.split(outputs)
        return gaussian_codes.drawn(*posterior, draws), {"prior": gaussian_codes.kl_to_prior(*posterior)}

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        outputs = self.encoder(x, training=False)
        return gaussian_codes.split(outputs)[0] if self.stochastic else outputs
