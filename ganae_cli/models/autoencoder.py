"""Autoencoder: min over E, D of the mean of l(x, D(E(x + noise))) and of penalties on E and D.

Hinton and Salakhutdinov 2006, "Reducing the Dimensionality of Data with Neural Networks", Science 313, without its
layers trained one by one beforehand. The reconstruction loss l is chosen with `loss.reconstruction`. Its relatives are
settings of it: denoising (Vincent et al. 2008, ICML), implicitly rank-minimising (Jing et al. 2020, arXiv:2010.00679,
`linear_layers`), and by a penalty on the encoder or the decoder the sparse, contractive, regularised and Wasserstein
autoencoders; see conf/model.
"""

import tensorflow as tf

from ganae_cli.engine import Game, Parts, Scheduled, Terms
from ganae_cli.networks.layers.code_layers import with_code_layers
from ganae_cli.networks.layers.tied_weights import tied as tie
from ganae_cli.registry import register


@register("model", "autoencoder")
class Autoencoder(Game):
    """Encoder E: x -> z, and decoder D: z -> x. Options: conf/model/autoencoder.yaml."""

    players = {"autoencoder": ("encoder", "decoder")}
    rounds = (("autoencoder",),)
    inference_networks = ("encoder", "decoder")

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        noise: Scheduled = 0.0,
        masking: Scheduled = 0.0,
        linear_layers: int = 0,
        tied: bool = False,
        code_activation: str = "linear",
        sampler: str = "gmm",
        components: int | None = None,
    ):
        super().__init__(parts, z_dim, weights)
        self.noise_std, self.masking = noise, masking
        self.sampler, self.components = sampler, components
        self.reconstruction = parts.loss("reconstruction")
        if tied:
            parts.condition.refuse("the kernels of model.tied=true have no place for the label")
        self.encoder = with_code_layers(parts.down("encoder", parts.shape, z_dim), linear_layers, code_activation)
        decoder = parts.up("decoder", z_dim, parts.shape)
        self.decoder = tie(self.encoder, decoder) if tied else decoder

    def autoencoder_loss(self, x: tf.Tensor) -> Terms:
        """l(x, D(E(x + noise))) + penalties: the target is the clean x.

        Penalties on the encoder take the clean x; penalties on the decoder take its codes, those of the noisy x.
        """
        z = self.encoder(self._corrupted(x), training=True)
        terms = {"reconstruction": self.reconstruction(x, self.decoder(z, training=True))}
        return terms | self.penalize("encoder", x, None) | self.penalize("decoder", z, None)

    def _corrupted(self, x: tf.Tensor) -> tf.Tensor:
        """Blank out single numbers at random (black in images, 0 in points); then add Gaussian noise to all."""
        if self.masking:
            blank = -1.0 if len(self.shape) == 3 else 0.0
            x = tf.where(self.noise.uniform(*self.shape) < self.now(self.masking), blank, x)
        return x + self.now(self.noise_std) * self.noise.normal(*self.shape) if self.noise_std else x

    def generate(self, z):
        return self.decoder(z, training=False)

    def encode(self, x):
        return self.encoder(x, training=False)
