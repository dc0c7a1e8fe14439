"""Variational autoencoder.

Kingma and Welling 2014, "Auto-Encoding Variational Bayes", arXiv:1312.6114, equation 10 with one sample: the encoder
outputs mean and log-variance of q(z | x), 2 z_dim numbers; the prior is N(0, I). The reconstruction loss
is a mean over the H W C numbers of an image, so the terms on codes are divided by H W C as well: the loss is the
negative evidence lower bound in nats per number, and the weight of `prior` is the beta of Higgins et al. 2017
(beta-VAE). `bce` is the paper's Bernoulli decoder; `mae` is a Laplace one of scale 1, `mse` a Gaussian one of variance
1/2, in the data's unit: arbitrary scales, and so an arbitrary beta. `calibrated_mae` and `calibrated_mse` are decoders
of the scale that fits best (sigma-VAE, Rybkin et al. 2021, arXiv:2006.13202).
"""

import math

import tensorflow as tf

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.losses import code_statistics
from ganae_cli.models.shared import gaussian_codes
from ganae_cli.registry import register


@register("model", "vae")
class VAE(Game):
    """Encoder q(z | x): x -> (mean, log-variance) of z, and decoder p(x | z): z -> x. Options: conf/model/vae.yaml."""

    players = {"autoencoder": ("encoder", "decoder")}
    rounds = (("autoencoder",),)
    inference_networks = ("encoder", "decoder")

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        free_bits: float = 0.0,
        sampler: str = "prior",
        components: int | None = None,
    ):
        super().__init__(parts, z_dim, weights)
        self.free_bits, self.sampler, self.components = free_bits, sampler, components
        self.reconstruction = parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, 2 * z_dim)
        self.decoder = parts.up("decoder", z_dim, parts.shape)

    def autoencoder_loss(self, x: tf.Tensor) -> Terms:
        """-log p(x | z) + KL(q(z | x) || p(z)), z ~ q(z | x); total correlation too if weighted (beta-TCVAE)."""
        mean, log_variance = self.posterior(x, training=True)
        z = gaussian_codes.sample(mean, log_variance, self.noise)
        kl, numbers = code_statistics.gaussian_kl(mean, log_variance), math.prod(self.shape)
        terms = {
            "reconstruction": self.reconstruction(x, self.decoder(z, training=True)),
            "prior": code_statistics.free_bits(kl, self.free_bits) / numbers,
            "total_correlation": code_statistics.minibatch_total_correlation(z, mean, log_variance) / numbers,
        }
        return terms | self.penalize("decoder", z, None)

    def posterior(self, x: tf.Tensor, training: bool) -> tuple[tf.Tensor, tf.Tensor]:
        """Return mean and log-variance of q(z | x), both (batch, z_dim)."""
        return gaussian_codes.split(self.encoder(x, training=training))

    @property
    def of_batch(self) -> list[str]:
        correlation = "weights.autoencoder.total_correlation"
        is_learned = self.term_weights.is_learned("autoencoder", "total_correlation")
        return [f"model.{name}" for name, used in (("free_bits", self.free_bits), (correlation, is_learned)) if used]

    def generate(self, z):
        return self.decoder(z, training=False)

    def encode(self, x):
        """Return the mean of q(z | x)."""
        return self.posterior(x, training=False)[0]
