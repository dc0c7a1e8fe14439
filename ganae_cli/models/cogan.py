"""Coupled GAN: one latent code gives a pair of images, one of each domain, though the data hold no pairs.

Liu and Tuzel 2016, "Coupled Generative Adversarial Networks", arXiv:1606.07536, Algorithm 1. Weights are shared as in
the authors' program (github.com/mingyuliutw/CoGAN): all of the generators but the last layer, all of the discriminators
but the first. So both generators are one network with the channels of both domains, whose last layer has kernels for
each; both discriminators are one that takes these channels, those of the other domain being zero, whose first layer has
kernels for each (and one bias, where the program has two). Each domain sees half of a batch; in the paper, a batch of
its own.
"""

from types import SimpleNamespace

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Terms
from ganae_cli.errors import UserError
from ganae_cli.models.shared.domains import DomainDiscriminator, second_domain
from ganae_cli.models.shared.packing import packed_shape
from ganae_cli.registry import register


@register("model", "cogan")
class CoGAN(Game):
    """Generators G_1 and G_2: z -> x_hat, and discriminators D_1 and D_2: x -> logit, of the domains 1 and 2."""

    players = {"discriminator": ("discriminator",), "generator": ("generator",)}
    rounds = (("discriminator",), ("generator",))
    inference_networks = ("generator",)

    def __init__(self, parts: Parts, z_dim: int, weights: dict | None = None, domain: str = "inverted"):
        super().__init__(parts, z_dim, weights)
        parts.condition.refuse("the two domains of this model see different rows, and so different classes")
        self.adversarial = parts.adversarial_loss("discriminator", "generator")
        self.second = second_domain(domain, parts.shape)
        self.generator = parts.up("generator", z_dim, packed_shape(parts.shape, 2))
        self.discriminator = parts.down("discriminator", packed_shape(parts.shape, 2), 1)
        self.discriminators = {
            name: DomainDiscriminator(self.discriminator, first=name == "first") for name in ("first", "second")
        }

    def forward(self, x) -> SimpleNamespace:
        """Domain -> data, and domain -> samples.

        Every other row of the batch is data of the first domain, the rest is data of the second.
        """
        count = x.shape[0] // 2
        if not count:
            raise UserError("model cogan needs a batch of 2 or more a device: each domain sees half of it")
        z = self.prior()[0 : 2 * count : 2]
        first, second = tf.split(self.generator(z, training=True), 2, axis=-1)
        data = {"first": x[0 : 2 * count : 2], "second": self.second(x[1 : 2 * count : 2])}
        return SimpleNamespace(z=z, x=data, x_hat={"first": first, "second": second})

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """The sum of the two GANs': E[real D_i(x_i)] + E_z[fake D_i(G_i(z))] + penalties, of domains i = 1, 2."""
        terms: Terms = {}
        for domain, discriminator in self.discriminators.items():
            real, fake = (discriminator(images[domain], training=True) for images in (outputs.x, outputs.x_hat))
            own = self.adversarial.discriminator(real, fake)
            terms |= {f"{domain}_{name}": term for name, term in own.items()}
            penalties = self.penalize("discriminator", outputs.x[domain], outputs.x_hat[domain], discriminator)
            for name, term in penalties.items():  # a penalty on the weights is the same in both domains: counted once
                terms[name] = term + (terms.get(name, 0.0) if self.penalties[name].penalty.compares else 0.0)
        return terms

    def generator_loss(self, outputs: SimpleNamespace) -> Terms:
        """The sum of the two GANs': E_z[fool D_i(G_i(z))], of the same codes z; + penalties."""
        terms: Terms = {}
        for domain, discriminator in self.discriminators.items():
            real, fake = (discriminator(images[domain], training=True) for images in (outputs.x, outputs.x_hat))
            terms[f"{domain}_fool"] = self.adversarial.generator(fake, real)["fool"]
        return terms | self.penalize("generator", outputs.z, None)

    def pairs(self, z):
        """Codes -> (images of the first domain, images of the second), (batch, *shape) each."""
        return ops.split(self.generator(z, training=False), 2, axis=-1)

    def generate(self, z):
        """Codes -> images of the first domain, which is the data's."""
        return self.pairs(z)[0]
