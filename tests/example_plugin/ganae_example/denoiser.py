"""Denoising autoencoder: Vincent et al. 2008, "Extracting and Composing Robust Features", ICML."""

from ganae_cli.engine import Game, Parts
from ganae_cli.registry import register


@register("model", "denoiser")
class Denoiser(Game):
    players = {"autoencoder": ("encoder", "decoder")}
    rounds = (("autoencoder",),)
    inference_networks = ("encoder", "decoder")
    sampler = "gmm"

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None, noise: float = 0.3):
        super().__init__(parts, z_dim, weights)
        self.noise_std, self.reconstruction = noise, parts.loss("reconstruction")
        self.encoder = parts.down("encoder", parts.shape, z_dim)
        self.decoder = parts.up("decoder", z_dim, parts.shape)

    def autoencoder_loss(self, x):
        """l(x, D(E(x + noise)))."""
        z = self.encoder(x + self.noise_std * self.noise.normal(*self.shape), training=True)
        terms = {"reconstruction": self.reconstruction(x, self.decoder(z, training=True))}
        return terms | self.penalize("encoder", x, None)

    def generate(self, z):
        return self.decoder(z, training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
