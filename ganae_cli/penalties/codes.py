"""Penalties on the codes z = E(x) of the data: `penalty(network, real, fake, draws)` -> scalar, without its weight.

They ask the network for its codes and take no gradient by x, so BatchNorm does them no harm. Most look at a whole batch
(see `codes.py`). An untied decoder can undo a change of the codes' scale: what rewards small codes needs company that
does not, and what rewards large ones too.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.losses import code_statistics
from ganae_cli.penalties.acts_on import penalises
from ganae_cli.registry import register

SPARSITIES = ("l1", "kl")


@register("penalty", "sparsity")
@penalises("encoder")
def sparsity(kind: str = "l1", target: float = 0.05) -> Callable:
    """l1: E sum_j |z_j|. kl: sum_j KL(Bernoulli(target) || Bernoulli(E z_j)), for codes in [0, 1]; E over the batch.

    kl: Ng 2011, "Sparse autoencoder", CS294A lecture notes, section 3, where the weight is beta and the target rho.
    """
    if kind not in SPARSITIES:
        raise UserError(f"loss.penalties.sparsity.kind must be one of {', '.join(SPARSITIES)}, got '{kind}'")
    if not 0 < target < 1:
        raise UserError(f"loss.penalties.sparsity.target must lie between 0 and 1, got {target}")

    def penalty(network, real, fake, draws):
        z = _codes(network, real)
        if kind == "l1":
            return tf.reduce_mean(tf.reduce_sum(tf.abs(z), axis=1))
        if not ends_in_sigmoid(network):
            raise UserError(
                "loss.penalties.sparsity.kind=kl compares mean activations, which must lie between 0 and 1: "
                "set model.code_activation=sigmoid, or kind=l1"
            )
        return code_statistics.mean_activation_kl(z, target)

    return penalty


@register("penalty", "code_l2")
@penalises("encoder")
def code_l2() -> Callable:
    """1/2 E ||z||^2, mean over the batch. Ghosh et al. 2020 (RAE), arXiv:1903.12436.

    The authors' program has E mean_j z_j^2 instead: its beta is this weight times z_dim / 2.
    """

    def penalty(network, real, fake, draws):
        return tf.reduce_mean(tf.reduce_sum(tf.square(_codes(network, real)), axis=1)) / 2

    return penalty


@register("penalty", "mmd")
@penalises("encoder")
def mmd() -> Callable:
    """Squared maximum mean discrepancy of the batch's codes and as many codes drawn from N(0, I).

    Tolstikhin et al. 2018 (WAE-MMD), arXiv:1711.01558, algorithm 2, where the weight is lambda. Unbiased: it wavers
    about 0, on both sides, where the codes are standard normal.
    """

    def penalty(network, real, fake, draws):
        z = _codes(network, real)
        return code_statistics.maximum_mean_discrepancy(z, draws.normal(z.shape[1]))

    return penalty


@register("penalty", "total_correlation")
@penalises("encoder")
def total_correlation() -> Callable:
    """1/2 (sum_j log Cov_jj - log det Cov) of the batch's codes: linear dependence between the dimensions, in nats.

    The total correlation of a Gaussian with the codes' covariance: for deterministic codes (see `codes.py`). The
    posterior's total correlation of beta-TCVAE is a term of the model `vae`.
    """

    def penalty(network, real, fake, draws):
        return code_statistics.gaussian_total_correlation(_codes(network, real))

    return penalty


@register("penalty", "entropy")
@penalises("encoder")
def entropy() -> Callable:
    """-1/2 log det(2 pi e Cov) of the batch's codes: minus their entropy in nats, if they were Gaussian.

    To minimise it spreads the codes without end, so pair it with `code_l2`: at equal weights the two are, up to a
    constant, the KL of the Gaussian with the codes' mean and covariance from N(0, I). May be negative.
    """

    def penalty(network, real, fake, draws):
        return -code_statistics.gaussian_entropy(_codes(network, real))

    return penalty


def ends_in_sigmoid(network) -> bool:
    """Whether the network's last layer is a sigmoid."""
    return getattr(network.layers[-1], "activation", None) is keras.activations.sigmoid


def _codes(network, x):
    return tf.cast(network(x, training=True), tf.float32)
