"""Autoencoder: min over E, D of the mean of l(x, D(E(x))).

Hinton and Salakhutdinov 2006, "Reducing the Dimensionality of Data with Neural Networks", Science 313. The code is
linear and unconstrained; the reconstruction loss l is chosen with `loss.reconstruction`.
"""

from ganae_cli.models.base import Game
from ganae_cli.models.parts import Parts
from ganae_cli.registry import register


@register("model", "autoencoder")
class Autoencoder(Game):
    players = {"autoencoder": ("encoder", "decoder")}
    rounds = (("autoencoder",),)
    product = ("encoder", "decoder")

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None, sampler: str = "gmm"):
        super().__init__(parts, z_dim, weights)
        self.sampler = sampler
        self.reconstruction = parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.decoder = parts.up("decoder", z_dim, parts.shape)

    def autoencoder_loss(self, x):
        """l(x, D(E(x)))."""
        z = self.encoder(x, training=True)
        return {"reconstruction": self.reconstruction(x, self.decoder(z, training=True))}

    def generate(self, z):
        return self.decoder(z, training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
