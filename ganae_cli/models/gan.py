"""Generative adversarial network.

Goodfellow et al. 2014, "Generative Adversarial Nets", arXiv:1406.2661, Algorithm 1 with k = `critic_steps`: the
discriminator moves, then the generator. Unless `fresh_batches`, the generator's round uses the samples of the last
discriminator's round again, so the generator runs once less a step.
"""

from types import SimpleNamespace

import tensorflow as tf
from keras import ops

from ganae_cli.engine import Game, Parts, Scheduled, Terms
from ganae_cli.errors import UserError
from ganae_cli.losses.adversarial import NonSaturating
from ganae_cli.models.shared.features import mean_distance
from ganae_cli.models.shared.packing import packed, packed_shape
from ganae_cli.networks.layers.common import normalize_small_features
from ganae_cli.penalties.input_gradient import SharedForward
from ganae_cli.registry import register


@register("model", "gan")
class GAN(Game):
    """Generator G: z -> x_hat, and discriminator D: x -> logit. Options: conf/model/gan.yaml."""

    players = {"discriminator": ("discriminator",), "generator": ("generator",)}
    rounds: tuple[tuple[str, ...], ...] = (("discriminator",), ("generator",))
    inference_networks = ("generator",)

    def __init__(
        self,
        parts: Parts,
        z_dim: int,
        weights: dict | None = None,
        critic_steps: int = 1,
        fresh_batches: bool = False,
        packing: int = 1,
        weight_clip: float | None = None,
        feature_matching: bool = False,
        label_smoothing: float = 0.0,
        instance_noise: Scheduled = 0.0,
    ):
        super().__init__(parts, z_dim, weights)
        self.adversarial = parts.adversarial_loss("discriminator", "generator")
        if label_smoothing and not isinstance(parts.adversarial_loss("discriminator"), NonSaturating):
            raise UserError(
                "model.label_smoothing needs loss=non_saturating, minimax or density_ratio: others have no labels"
            )
        self.rounds = (("discriminator",),) * critic_steps + (("generator",),)
        self.batches_per_step = critic_steps + int(fresh_batches)
        if packing > 1:
            parts.condition.refuse(
                f"model.packing={packing} shows the discriminator samples of several classes at once"
            )
        self.packing, self.weight_clip, self.instance_noise = packing, weight_clip, instance_noise
        self.feature_matching, self.label_smoothing = feature_matching, label_smoothing
        self.generator = parts.up("generator", z_dim, parts.shape)
        self.discriminator = parts.down("discriminator", packed_shape(parts.shape, packing), 1)
        if weight_clip is not None:
            normalize_small_features(self.discriminator)  # weights and gains of at most c make all features small

    def forward(self, x) -> SimpleNamespace:
        """x and x_hat = G(z), z ~ N(0, I), as inputs of the discriminator."""
        z = self.prior()
        x, x_hat = self._discriminator_input(x), self._discriminator_input(self.generator(z, training=True))
        return SimpleNamespace(z=z, x=x, x_hat=x_hat)

    def _discriminator_input(self, images: tf.Tensor) -> tf.Tensor:
        """Add instance noise N(0, sigma^2), to both kinds; then pack them.

        Sonderby et al. 2017, arXiv:1610.04490, section 2.3, where sigma falls to 0 during training: a schedule, such as
        `model.instance_noise='{start: 0.5, end: 0}'`.
        """
        if self.instance_noise:
            images = images + self.now(self.instance_noise) * self.noise.normal(*self.shape)
        return packed(images, self.packing)

    def discriminator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_x[real D(x)] + E_z[fake D(G(z))] + penalties.

        Data labelled 1 - s instead of 1 (Salimans et al. 2016, arXiv:1606.03498, section 3.4) cost (1 - s) softplus(-t)
        + s softplus(t) = softplus(-t) + s t, so one-sided smoothing is a term of its own: s E[D(x)], D(x) the logit.
        """
        discriminator = SharedForward(self.discriminator)
        real, fake = discriminator(outputs.x), discriminator(outputs.x_hat)
        terms = self.adversarial.discriminator(real, fake)
        if self.label_smoothing:
            terms["smoothing"] = self.label_smoothing * ops.mean(real)
        return terms | self.penalize("discriminator", outputs.x, outputs.x_hat, discriminator)

    def generator_loss(self, outputs: SimpleNamespace) -> Terms:
        """E_z[fool D(G(z))] + penalties; a relativistic loss also looks at D(x).

        feature_matching: || E f(x) - E f(G(z)) ||^2 of D's last features f (Salimans et al. 2016, section 3.1). In the
        paper it replaces the adversarial term, which is weight 0 of `fool`.
        """
        fake = self.discriminator(outputs.x_hat, training=True)
        real = self.discriminator(outputs.x, training=True) if self.adversarial.pairs else None
        terms = self.adversarial.generator(fake, real)
        if self.feature_matching:
            terms["feature_matching"] = mean_distance(self.discriminator, outputs.x, outputs.x_hat)
        return terms | self.penalize("generator", outputs.z, None)

    def after_move(self, player: str, terms: Terms) -> None:
        """Clip the discriminator's weights to [-c, c] (Arjovsky et al. 2017, arXiv:1701.07875, Algorithm 1)."""
        if player == "discriminator" and self.weight_clip is not None:
            for weight in self.discriminator.trainable_variables:
                weight.assign(ops.clip(weight, -self.weight_clip, self.weight_clip))

    @property
    def of_batch(self) -> list[str]:
        return ["model.feature_matching"] if self.feature_matching else []

    def generate(self, z):
        return self.generator(z, training=False)
