"""VAE-GAN: a variational autoencoder that measures its reconstructions by what a discriminator sees in them.

Larsen et al. 2016, "Autoencoding beyond pixels using a learned similarity metric", arXiv:1512.09300, Algorithm 1: all
three networks move at once, from one forward pass. L_GAN does not reach the encoder, nor L_like the discriminator.
gamma is the weight of `generator.similarity`; with `loss=minimax` the generator wins exactly what the discriminator
loses.
"""

from types import SimpleNamespace

from keras import ops

from ganae_cli.engine import Game, Parts
from ganae_cli.models.shared import gaussian_codes
from ganae_cli.models.shared.adversarial_terms import discriminator_terms, generator_terms
from ganae_cli.models.shared.features import half_squared_distance, with_features
from ganae_cli.registry import register


@register("model", "vaegan")
class VAEGAN(Game):
    players = {"encoder": ("encoder",), "generator": ("generator",), "discriminator": ("discriminator",)}
    rounds = (("encoder", "generator", "discriminator"),)
    inference_networks = ("encoder", "generator")

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        similarity_layer: int = -2,
        equilibrium: float | None = None,
        margin: float = 0.35,
    ):
        super().__init__(parts, z_dim, weights)
        self.adversarial, self.equilibrium, self.margin = parts.loss("adversarial"), equilibrium, margin
        self.encoder = parts.down("encoder", parts.shape, 2 * z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)
        view = with_features(self.discriminator, similarity_layer)
        self.with_features = lambda images: view(images, training=True)

    def forward(self, x):
        """One pass: x_tilde = G(z), z ~ q(z | x), x_hat = G(z), z ~ p(z); D on all three, with its features at layer l.

        similarity: L_like = -log N(D_l(x) | D_l(x_tilde), I) up to a constant, 1/2 sum of squares, mean over the batch.
        """
        mean, log_variance = gaussian_codes.split(self.encoder(x, training=True))
        x_tilde = self.generator(gaussian_codes.sample(mean, log_variance, self.noise), training=True)
        x_hat = self.generator(self.prior(), training=True)
        (features, real), (rebuilt, reconstruction), (_, sample) = (
            self.with_features(images) for images in (x, x_tilde, x_hat)
        )
        similarity = half_squared_distance(features, rebuilt)
        fakes = {"sample": sample, "reconstruction": reconstruction}
        prior = gaussian_codes.kl_to_prior(mean, log_variance)
        return SimpleNamespace(x=x, x_hat=x_hat, prior=prior, similarity=similarity, real=real, fakes=fakes)

    def encoder_loss(self, outputs):
        """L_prior + L_like, L_prior = KL(q(z | x) || p(z))."""
        return {"prior": outputs.prior, "similarity": outputs.similarity}

    def generator_loss(self, outputs):
        """gamma L_like - L_GAN: fooling the discriminator with samples and with reconstructions."""
        return {"similarity": outputs.similarity} | generator_terms(self.adversarial, outputs.real, outputs.fakes)

    def discriminator_loss(self, outputs):
        """L_GAN, in cost: -log D(x) - log(1 - D(x_hat)) - log(1 - D(x_tilde)) + penalties."""
        terms = discriminator_terms(self.adversarial, outputs.real, outputs.fakes)
        return terms | self.penalize("discriminator", outputs.x, outputs.x_hat)

    def gate(self, player, terms, outputs):
        """The equilibrium of the authors' program: D rests where one of its costs is low, G where one is high.

        The costs are -log D(x) and the mean of -log(1 - D(fake)); low is below `equilibrium` by more than `margin`.
        Where both would rest both move; the encoder always does. Who rests has no gradient: RMSprop, the authors'
        optimizer, leaves it where it is, while Adam's momentum runs out. A replica goes by its own part of the batch.
        """
        if self.equilibrium is None or player == "encoder":
            return None
        fake = ops.concatenate(list(outputs.fakes.values()), axis=0)
        costs = [ops.mean(ops.softplus(ops.cast(t, "float32"))) for t in (-outputs.real, fake)]
        low = ops.minimum(*costs) < self.equilibrium - self.margin
        high = ops.maximum(*costs) > self.equilibrium + self.margin
        rests = {"discriminator": low, "generator": high}[player]
        return ops.cast(ops.logical_or(ops.logical_not(rests), ops.logical_and(low, high)), "float32")

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        return gaussian_codes.split(self.encoder(x, training=False))[0]
