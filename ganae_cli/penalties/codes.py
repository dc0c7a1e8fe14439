"""Penalties on the latent codes z = E(x) of the data, as `penalty(network, real, fake, noise)` -> scalar.

They compute the codes with the encoder and take no gradient by x, so BatchNorm does them no harm. Most look at a whole
batch (see `losses/code_statistics.py`). An untied decoder can undo a change of the codes' scale: a penalty that rewards
small codes must be paired with a term that does not, and so must one that rewards large codes.
"""

import keras
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.losses import code_statistics
from ganae_cli.penalties.base import Penalty
from ganae_cli.registry import register
from ganae_cli.runtime.rng import Noise

SPARSITIES = ("l1", "kl")


@register("penalty", "sparsity")
class Sparsity(Penalty):
    """Sparse codes. kind l1: E sum_j |z_j|. kl: sum_j KL(Bernoulli(target) || Bernoulli(E z_j)), codes in [0, 1].

    E is the mean over the batch. kl: Ng 2011, "Sparse autoencoder", CS294A lecture notes, section 3, where the weight
    is beta and the target rho.
    """

    acts_on, compares, per_sample = "encoder", False, False

    def __init__(self, kind: str = "l1", target: float = 0.05):
        if kind not in SPARSITIES:
            raise UserError(f"loss.penalties.sparsity.kind must be one of {', '.join(SPARSITIES)}, got '{kind}'")
        if not 0 < target < 1:
            raise UserError(f"loss.penalties.sparsity.target must lie between 0 and 1, got {target}")
        self.kind, self.target, self.of_batch = kind, target, kind == "kl"

    def __call__(self, network: keras.Model, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        z = _codes(network, real)
        if self.kind == "l1":
            return tf.reduce_mean(tf.reduce_sum(tf.abs(z), axis=1))
        if not ends_in_sigmoid(network):
            raise UserError(
                "loss.penalties.sparsity.kind=kl compares mean activations, which must lie between 0 and 1: "
                "set model.code_activation=sigmoid, or kind=l1"
            )
        return code_statistics.mean_activation_kl(z, self.target)


@register("penalty", "code_l2")
class CodeL2(Penalty):
    """Small codes: 1/2 E ||z||^2, mean over the batch. Ghosh et al. 2020 (RAE), arXiv:1903.12436.

    The authors' program has E mean_j z_j^2 instead: its beta is this weight times z_dim / 2.
    """

    acts_on, compares, per_sample = "encoder", False, False

    def __call__(self, network: keras.Model, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        return tf.reduce_mean(tf.reduce_sum(tf.square(_codes(network, real)), axis=1)) / 2


@register("penalty", "mmd")
class MMD(Penalty):
    """Squared maximum mean discrepancy (MMD) of the batch's codes and as many codes drawn from N(0, I).

    Tolstikhin et al. 2018 (WAE-MMD), arXiv:1711.01558, algorithm 2, where the weight is lambda. Unbiased: it varies
    around 0, on both sides, where the codes are standard normal.
    """

    acts_on, compares, per_sample, of_batch = "encoder", False, False, True

    def __call__(self, network: keras.Model, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        z = _codes(network, real)
        return code_statistics.maximum_mean_discrepancy(z, noise.normal(z.shape[1]))


@register("penalty", "total_correlation")
class TotalCorrelation(Penalty):
    """Linear dependence of the codes' dimensions: 1/2 (sum_j log Cov_jj - log det Cov) over the batch, in nats.

    The total correlation of a Gaussian with the codes' covariance, for deterministic codes (see
    `losses/code_statistics.py`). The posterior's total correlation of beta-TCVAE is a term of the model `vae`.
    """

    acts_on, compares, per_sample, of_batch = "encoder", False, False, True

    def __call__(self, network: keras.Model, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        return code_statistics.gaussian_total_correlation(_codes(network, real))


@register("penalty", "entropy")
class Entropy(Penalty):
    """Spread codes: -1/2 log det(2 pi e Cov), minus the entropy in nats of a Gaussian with the batch's covariance.

    Minimising it spreads the codes without end, so pair it with `code_l2`: at equal weights the two are, up to a
    constant, the KL of the Gaussian with the codes' mean and covariance from N(0, I). May be negative.
    """

    acts_on, compares, per_sample, of_batch = "encoder", False, False, True

    def __call__(self, network: keras.Model, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        return -code_statistics.gaussian_entropy(_codes(network, real))


def ends_in_sigmoid(network: keras.Model) -> bool:
    """Return True if the network's last layer is a sigmoid."""
    return getattr(network.layers[-1], "activation", None) is keras.activations.sigmoid


def _codes(network: keras.Model, x: tf.Tensor) -> tf.Tensor:
    """Return the codes of a batch, (batch, z_dim), float32."""
    return tf.cast(network(x, training=True), tf.float32)
