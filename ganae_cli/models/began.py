"""Boundary equilibrium GAN: the discriminator is an autoencoder, which recognises data by its small error on them.

Berthelot et al. 2017, "BEGAN: Boundary Equilibrium Generative Adversarial Networks", arXiv:1703.10717, section 3. Both
players move at once. Departures: codes are drawn from N(0, I), in the paper uniformly; the losses of both players use
the same samples, in the paper z_D and z_G are drawn apart.
"""

from types import SimpleNamespace

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.registry import register

MEASURED = {"k": 0.0, "balance": 0.0, "convergence": 0.0}  # terms that no player learns from


@register("model", "began")
class BEGAN(Game):
    """Generator G: z -> x_hat, and as discriminator the autoencoder D of encoder and decoder: x -> reconstruction."""

    players = {"discriminator": ("encoder", "decoder"), "generator": ("generator",)}
    rounds = (("discriminator", "generator"),)
    inference_networks = ("generator",)

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        diversity_ratio: float = 0.7,
        k_rate: float = 0.001,
    ):
        given = weights or {}
        super().__init__(parts, z_dim, given | {"discriminator": MEASURED | dict(given.get("discriminator") or {})})
        self.diversity_ratio, self.k_rate = diversity_ratio, k_rate
        self.reconstruction = parts.loss("reconstruction")
        self.augmented = parts.augment.of_images("discriminator")
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.decoder = parts.up("decoder", z_dim, parts.shape)
        self.k = self.state.keep("k", 0.0)

    def forward(self, x) -> SimpleNamespace:
        """L(x) and L(G(z)), where L(v) is the reconstruction loss of v and D(v), the paper's with `mae`."""
        x_hat = self.generator(self.prior(), training=True)
        return SimpleNamespace(real=self._error(x), fake=self._error(x_hat))

    def _error(self, images: tf.Tensor) -> tf.Tensor:
        images = self.augmented(images)
        return self.reconstruction(images, self.decoder(self.encoder(images, training=True), training=True))

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """L(x) - k_t L(G(z)). Measured: k_t, balance = gamma L(x) - L(G(z)), convergence = L(x) + |balance|."""
        k = tf.identity(self.k.value)  # its value now: it changes before it is logged
        balance = self.diversity_ratio * outputs.real - outputs.fake
        measured = {"k": k, "balance": balance, "convergence": outputs.real + ops.abs(balance)}
        return {"real": outputs.real, "fake": -k * outputs.fake} | measured

    def generator_loss(self, outputs: SimpleNamespace) -> Terms:
        """L(G(z))."""
        return {"fool": outputs.fake}

    def after_move(self, player: str, terms: Terms) -> None:
        """k_(t+1) = k_t + lambda_k (gamma L(x) - L(G(z))), clipped to [0, 1]; k_0 = 0."""
        if player == "discriminator":
            self.k.assign(ops.clip(self.k + self.k_rate * terms["balance"], 0.0, 1.0))

    def generate(self, z):
        return self.generator(z, training=False)
