"""BiGAN and ALI: a discriminator of pairs, data with their codes against samples with the codes they come from.

Donahue et al. 2017, "Adversarial Feature Learning", arXiv:1605.09782; Dumoulin et al. 2017, "Adversarially Learned
Inference", arXiv:1606.00704, Algorithm 1: both sides move at once. Encoder and generator minimise the discriminator's
loss with its labels swapped, both terms of it. `stochastic` is ALI's Gaussian encoder; `cycle` adds the reconstruction
loss of ALICE (Li et al. 2017, arXiv:1709.01215): neither BiGAN nor ALI has one. Codes are drawn from N(0, I), by the
authors of BiGAN uniformly. `loss=hinge` gives the terms of BigBiGAN's joint logit (Donahue and Simonyan 2019,
arXiv:1907.02544); its logits of data and of codes alone are left out.
"""

from types import SimpleNamespace

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.models.shared import gaussian_codes
from ganae_cli.models.shared.pair_discriminator import PairDiscriminator
from ganae_cli.registry import register


@register("model", "bigan")
class BiGAN(Game):
    """Encoder E: x -> z_hat, generator G: z -> x_hat, and discriminator D: (x, z) -> logit, made of two networks."""

    players = {"discriminator": ("discriminator", "pair_discriminator"), "autoencoder": ("encoder", "generator")}
    rounds = (("discriminator", "autoencoder"),)
    inference_networks = ("encoder", "generator")
    penalized = {"discriminator": ("discriminator", "pair_discriminator")}

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        features: int = 64,
        stochastic: bool = False,
        cycle: bool = False,
    ):
        super().__init__(parts, z_dim, weights)
        self.adversarial, self.stochastic = parts.adversarial_loss("discriminator", "autoencoder"), stochastic
        self.reconstruction = parts.loss("reconstruction") if cycle else None
        self.encoder = parts.down("encoder", parts.shape, 2 * z_dim if stochastic else z_dim)
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", parts.shape, features)
        self.pair_discriminator = parts.down("pair_discriminator", (features + z_dim,), 1)
        self.pair = PairDiscriminator(self.discriminator, self.pair_discriminator, parts.shape)

    def forward(self, x) -> SimpleNamespace:
        """The pairs (x, z_hat), z_hat from E, and (x_hat, z), x_hat = G(z), and the logits of both."""
        z, z_hat = self.prior(), self.encoder(x, training=True)
        if self.stochastic:
            z_hat = gaussian_codes.sample(*gaussian_codes.split(z_hat), self.noise)
        x_hat = self.generator(z, training=True)
        real, fake = self.pair(x, z_hat), self.pair(x_hat, z)
        return SimpleNamespace(x=x, x_hat=x_hat, z=z, z_hat=z_hat, real=real, fake=fake)

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_x[real D(x, E(x))] + E_z[fake D(G(z), z)] + penalties on D or on its second network."""
        terms = self.adversarial.discriminator(outputs.real, outputs.fake)
        return terms | self.pair.penalties(self, (outputs.x, outputs.z_hat), (outputs.x_hat, outputs.z))

    def autoencoder_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_x[fake D(x, E(x))] + E_z[real D(G(z), z)], with `cycle` plus l(x, G(E(x))).

        Losses of a zero-sum game are negated instead of swapped, so that encoder and generator minimise the divergence.
        """
        terms = self.adversarial.swapped(outputs.real, outputs.fake)
        if self.reconstruction:
            terms["reconstruction"] = self.reconstruction(outputs.x, self.generator(outputs.z_hat, training=True))
        return terms

    def generate(self, z):
        return self.generator(z, training=False)

    def encode(self, x):
        """E(x); of a Gaussian encoder its mean."""
        z_hat = self.encoder(x, training=False)
        return gaussian_codes.split(z_hat)[0] if self.stochastic else z_hat
