"""A GAN of latent codes of a trained autoencoder, which does not change (`train.init_from=RUN`).

The second half of ARAE, Zhao et al. 2018, arXiv:1706.04223: a generator of codes and a critic of codes, here after the
autoencoder's training instead of beside it, as the critic and actor of Engel et al. 2018, "Latent Constraints",
arXiv:1711.05772, learn from the codes of a finished VAE. The autoencoder is any model that encodes. Its codes have any
scale, and are standardised by their mean and standard deviation over training data; ARAE puts them on a sphere. ARAE's
critic has the Wasserstein loss, here `loss=wasserstein_gp`.
"""

from types import SimpleNamespace

from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.registry import register


@register("model", "latent_gan")
class LatentGAN(Game):
    """Code generator G: z -> c_hat, code discriminator C: c -> logit, and a trained autoencoder that no player owns."""

    players = {"code_discriminator": ("code_discriminator",), "code_generator": ("code_generator",)}
    rounds = (("code_discriminator",), ("code_generator",))
    inference_networks = ("code_generator",)
    pretrained = "autoencoder"

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None, autoencoder: dict | None = None):
        super().__init__(parts, z_dim, weights)
        parts.condition.refuse("this model generates latent codes, which its discriminator sees without a label")
        self.adversarial = parts.adversarial_loss("code_discriminator", "code_generator")
        self.autoencoder = self.inner = parts.game(autoencoder or _untrained(z_dim))
        size = self.autoencoder.z_dim
        self.code_generator = parts.up("code_generator", z_dim, (size,))
        self.code_discriminator = parts.down("code_discriminator", (size,), 1)
        self.mean, self.std = self.state.keep("code_mean", 0.0, (size,)), self.state.keep("code_std", 1.0, (size,))

    def begin(self, x) -> None:
        """Take mean and standard deviation of the codes, which stay as they are: the autoencoder does not change."""
        codes = self.encode(x)
        self.mean.assign(ops.mean(codes, axis=0))
        self.std.assign(ops.maximum(ops.std(codes, axis=0), 1e-6))

    def forward(self, x) -> SimpleNamespace:
        """Standardised codes: c of the data, and generated ones, c_hat = G(z)."""
        c = (self.encode(x) - self.mean) / self.std
        return SimpleNamespace(c=c, c_hat=self.code_generator(self.prior(), training=True))

    def code_discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_x[real C(c)] + E_z[fake C(c_hat)] + penalties."""
        real, fake = (self.code_discriminator(codes, training=True) for codes in (outputs.c, outputs.c_hat))
        terms = self.adversarial.discriminator(real, fake)
        return terms | self.penalize("code_discriminator", outputs.c, outputs.c_hat)

    def code_generator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_z[fool C(c_hat)]: a loss of codes alone, without the decoder."""
        real, fake = (self.code_discriminator(codes, training=True) for codes in (outputs.c, outputs.c_hat))
        return self.adversarial.generator(fake, real)

    def generate(self, z):
        return self.decode(self.mean + self.std * self.code_generator(z, training=False))

    def encode(self, x):
        return self.autoencoder.encode(x)

    def decode(self, z):
        return self.autoencoder.decode(z)


def _untrained(z_dim: int) -> dict:
    """Return the config of an autoencoder that takes the place of a trained one where a game is only inspected."""
    return {
        "model": {"name": "autoencoder", "z_dim": z_dim},
        "networks": {"encoder": {"name": "auto"}, "decoder": {"name": "auto"}},
        "loss": {"reconstruction": "mae"},
    }
