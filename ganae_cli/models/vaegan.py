"""VAE-GAN: a variational autoencoder that compares reconstructions with data by the features of a discriminator.

Larsen et al. 2016, "Autoencoding beyond pixels using a learned similarity metric", arXiv:1512.09300, Algorithm 1: all
three networks move at once, from one forward pass. L_GAN has no gradient in the encoder, nor L_like in the
discriminator. gamma is the weight of `generator.similarity`. The paper's generator minimises the negative of the
discriminator's loss, which is `loss=minimax`; the default, non_saturating, departs from it, and so does Adam, where the
authors use `optimizer=rmsprop`.
"""

from types import SimpleNamespace

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.models.shared import gaussian_codes
from ganae_cli.models.shared.adversarial_terms import discriminator_terms, generator_terms
from ganae_cli.models.shared.features import half_squared_distance, with_features
from ganae_cli.registry import register


@register("model", "vaegan")
class VAEGAN(Game):
    """Encoder q(z | x), generator G: z -> x, discriminator D: x -> logit, with features D_l(x) at its layer l."""

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
        self.adversarial = parts.adversarial_loss("discriminator", "generator")
        self.equilibrium, self.margin = equilibrium, margin
        self.encoder = parts.down("encoder", parts.shape, 2 * z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, 1)
        view = with_features(self.discriminator, similarity_layer)
        self.with_features = lambda images: view(images, training=True)

    def forward(self, x) -> SimpleNamespace:
        """One pass: x_tilde = G(z), z ~ q(z | x); x_hat = G(z), z ~ p(z); logits and features of x, x_tilde and x_hat.

        similarity: L_like = -log N(D_l(x) | D_l(x_tilde), I) up to a constant, 1/2 sum of squares, mean over the batch.
        """
        mean, log_variance = gaussian_codes.split(self.encoder(x, training=True))
        x_tilde = self.generator(gaussian_codes.sample(mean, log_variance, self.noise), training=True)
        x_hat = self.generator(self.prior(), training=True)
        images = x, x_tilde, x_hat
        (features, real), (features_tilde, reconstruction), (_, sample) = map(self.with_features, images)
        similarity = half_squared_distance(features, features_tilde)
        fakes = {"sample": sample, "reconstruction": reconstruction}
        prior = gaussian_codes.kl_to_prior(mean, log_variance)
        found = {"prior": prior, "similarity": similarity, "real": real, "fakes": fakes}
        return SimpleNamespace(x=x, x_hat=x_hat, x_tilde=x_tilde, **found)

    def encoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """L_prior + L_like, L_prior = KL(q(z | x) || p(z))."""
        return {"prior": outputs.prior, "similarity": outputs.similarity}

    def generator_loss(self, outputs: SimpleNamespace) -> Terms:
        """gamma L_like - L_GAN: fool the discriminator with samples and with reconstructions."""
        return {"similarity": outputs.similarity} | generator_terms(self.adversarial, outputs.real, outputs.fakes)

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """L_GAN as a loss to minimise: -log D(x) - log(1 - D(x_hat)) - log(1 - D(x_tilde)) + penalties."""
        terms = discriminator_terms(self.adversarial, outputs.real, outputs.fakes)
        return terms | self.penalize("discriminator", outputs.x, (outputs.x_hat, outputs.x_tilde))

    def gate(self, player: str, terms: Terms, outputs: SimpleNamespace) -> tf.Tensor | None:
        """The equilibrium of the authors' program: D rests if one of its losses is low, G rests if one of them is high.

        The losses are -log D(x) and the mean of -log(1 - D(fake)); low is below `equilibrium` by more than `margin`,
        high is above it by more than `margin`. If both would rest, both move; the encoder always moves. A player at
        rest has no gradient: RMSprop, the authors' optimizer, does not change its weights, while Adam's momentum runs
        out. Each replica decides by its own part of the batch.
        """
        if self.equilibrium is None or player == "encoder":
            return None
        fake = ops.concatenate(list(outputs.fakes.values()), axis=0)
        losses = [ops.mean(ops.softplus(ops.cast(t, "float32"))) for t in (-outputs.real, fake)]
        low = ops.minimum(*losses) < self.equilibrium - self.margin
        high = ops.maximum(*losses) > self.equilibrium + self.margin
        rests = {"discriminator": low, "generator": high}[player]
        return ops.cast(ops.logical_or(ops.logical_not(rests), ops.logical_and(low, high)), "float32")

    @property
    def of_batch(self) -> list[str]:
        return [] if self.equilibrium is None else ["model.equilibrium"]

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        """Return the mean of q(z | x)."""
        return gaussian_codes.split(self.encoder(x, training=False))[0]
