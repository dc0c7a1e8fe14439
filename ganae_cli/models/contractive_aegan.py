"""Contractive encoder, a decoder that is the generator, and a discriminator of images.

The contractive autoencoder of Rifai et al. 2011, "Contractive Auto-Encoders", ICML, and a GAN in one: its generator
starts from a code joined with a random vector e ~ N(0, I): E(x) + sigma e (mix: add), or [E(x), e] (mix: concat). By
itself it starts from codes that `sampler` draws, a density of the data's codes, joined with e in the same way. The
penalty is `loss.penalties.contractive` on the encoder. Codes are kept small as in RAE, Ghosh et al. 2020,
arXiv:1903.12436, or they would outgrow the noise, whose size is fixed.
"""

from types import SimpleNamespace

from keras import ops

from ganae_cli.engine.game import Game
from ganae_cli.engine.parts import Parts
from ganae_cli.errors import UserError
from ganae_cli.models.shared import adversarial_terms
from ganae_cli.penalties.input_gradient import Asked
from ganae_cli.registry import register


@register("model", "contractive_aegan")
class ContractiveAEGAN(Game):
    players = {"discriminator": ("discriminator",), "autoencoder": ("encoder", "generator")}
    rounds = (("discriminator",), ("autoencoder",))
    product = ("encoder", "generator")

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        mix: str = "add",
        sigma: float = 0.3,
        noise_dim: int = 4,
        sampler: str = "gmm",
    ):
        super().__init__(parts, z_dim, weights)
        if mix not in ("add", "concat"):
            raise UserError(f"model.mix must be add or concat, got '{mix}'")
        self.mix, self.sigma, self.sampler = mix, sigma, sampler
        self.noise_dim = z_dim if mix == "add" else noise_dim
        self.adversarial, self.reconstruction = parts.loss("adversarial"), parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.generator = parts.up("generator", z_dim if mix == "add" else z_dim + noise_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)

    def join(self, z, noise):
        """What the generator starts from; noise: standard normal (batch, noise_dim)."""
        return z + self.sigma * noise if self.mix == "add" else ops.concatenate([z, noise], axis=1)

    def observe(self, x):
        """Codes z = E(x), what is rebuilt of them alone, and x_hat, made of codes and noise."""
        z = self.encoder(x, training=True)
        noise = self.draws.normal(self.noise_dim)
        x_tilde = self.generator(self.join(z, ops.zeros_like(noise)), training=True)
        return SimpleNamespace(x=x, z=z, x_tilde=x_tilde, x_hat=self.generator(self.join(z, noise), training=True))

    def discriminator_loss(self, seen):
        """E[real D(x)] + the mean of E[fake D(x_hat)] and E[fake D(x_tilde)] + penalties."""
        judge = Asked(self.discriminator)
        terms = adversarial_terms.rejected(self.adversarial, *self._logits(judge, seen), share=1 / 2)
        return terms | self.penalize("discriminator", seen.x, seen.x_hat, judge)

    def autoencoder_loss(self, seen):
        """l(x, x_tilde) + E[fool D(x_hat)] + E[fool D(x_tilde)] + 1/2 E ||z||^2 + penalties."""
        terms = {
            "reconstruction": self.reconstruction(seen.x, seen.x_tilde),
            **adversarial_terms.accepted(self.adversarial, *self._logits(self.discriminator, seen)),
            "code_size": ops.mean(ops.sum(ops.square(seen.z), axis=1)) / 2,
        }
        return terms | self.penalize("encoder", seen.x, None)

    def _logits(self, judge, seen) -> tuple:
        """Of data, and of samples from codes with noise and from codes alone."""
        real, mixed, rebuilt = (judge(x, training=True) for x in (seen.x, seen.x_hat, seen.x_tilde))
        return real, {"mixed": mixed, "reconstruction": rebuilt}

    def generate(self, z):
        """z: codes joined with noise, or codes alone, with the mean of the noise."""
        missing = self.generator.input_shape[1] - z.shape[1]
        return self.generator(ops.pad(ops.cast(z, "float32"), [[0, 0], [0, missing]]), training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
