"""Penalties on a network's Jacobian J(x) = d network(x) / dx: `penalty(network, real, fake, noise)` -> scalar.

||J(x)||_F^2, the sum of the squares of all its entries, is taken for each sample of `real`, so the network must not mix
samples (no BatchNorm). In float32. The value can be differentiated again by the network's weights.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.penalties.base import Penalty
from ganae_cli.penalties.codes import ends_in_sigmoid
from ganae_cli.registry import register
from ganae_cli.runtime.rng import Noise


class Estimate(NamedTuple):
    """Result of an estimator: ||J||_F^2 of a sample is, exactly or in expectation, the sum of factor * values^2."""

    codes: tf.Tensor  # (rows, *units); each sample fills the same number of rows
    values: tf.Tensor  # (batch, …)
    factor: tf.Tensor | float = 1.0


@register("penalty", "contractive")
class Contractive(Penalty):
    """Contractive penalty: E ||J(x)||_F^2 + hessian E ||J(x) - J(x + e)||_F^2, e ~ N(0, hessian_sigma^2 I).

    E is the mean over the batch. Rifai et al. 2011, "Contractive Auto-Encoders", ICML; the second term is that of CAE+H
    (Rifai et al. 2011, "Higher Order Contractive Auto-Encoder", ECML), with the same probe at both points.
    estimator, of J: exact (a backward pass for each unit), closed_form (a network of one dense layer and a sigmoid),
    hutchinson (J^T v, v = +-1 for each unit: one backward pass, unbiased), finite_difference
    ((f(x + sigma u) - f(x)) / sigma, u ~ N(0, I): a bias of order sigma^2, no second derivative).
    scale_free: divided by tr Cov of the codes over the batch (of each replica), no gradient stopped. Otherwise an
    untied decoder may undo any scale of the encoder, and the penalty falls to 0 with the codes' scale and nothing
    learned. Nothing is added to the denominator, or codes much smaller than it would lower the penalty again. The
    scale-free form prefers the directions in which the data vary most; the reconstruction loss keeps the others.
    """

    acts_on, compares = "encoder", False

    def __init__(
        self,
        estimator: str = "hutchinson",
        scale_free: bool = True,
        sigma: float = 0.01,
        hessian: float = 0.0,
        hessian_sigma: float = 0.1,
    ):
        if estimator not in ESTIMATORS:
            near = did_you_mean(estimator, ESTIMATORS)
            raise UserError(
                f"loss.penalties.contractive.estimator must be one of {', '.join(ESTIMATORS)}, got '{estimator}'{near}"
            )
        self.estimator, self.scale_free, self.sigma, self.of_batch = estimator, scale_free, sigma, scale_free
        self.hessian, self.hessian_sigma = hessian, hessian_sigma

    def __call__(self, network: keras.Model, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        x, estimate = tf.cast(real, tf.float32), ESTIMATORS[self.estimator](network, noise, self.sigma)
        estimated = estimate(x)
        total = _mean_of_squares(estimated.factor, estimated.values)
        if self.hessian:
            moved = estimate(x + self.hessian_sigma * noise.normal(*x.shape[1:]))
            total += self.hessian * _mean_of_squares(estimated.factor, estimated.values - moved.values)
        if self.scale_free:
            spread = tf.reduce_sum(tf.math.reduce_variance(estimated.codes, axis=0))
            total = tf.math.divide_no_nan(total, spread)
        return total


@register("penalty", "decoder_gradient")
class DecoderGradient(Penalty):
    """E ||dD(z)/dz||_F^2 of a decoder at the codes of the data, estimated by E_v ||J^T v||^2, v = +-1 for each pixel.

    Ghosh et al. 2020 (RAE-GP), arXiv:1903.12436, which differentiates the decoder's output by its input.
    Others called RAE-GP are something else: the authors' program squares d sum(D(z)^2) / dz, and pythae
    d sum(D(E(x))) / dx, one fixed v through encoder and decoder.
    """

    acts_on, compares = "decoder", False

    def __call__(self, network: keras.Model, real: tf.Tensor, fake: tf.Tensor | None, noise: Noise) -> tf.Tensor:
        estimated = _hutchinson(network, noise, sigma=0.0)(tf.cast(real, tf.float32))
        return _mean_of_squares(estimated.factor, estimated.values)


def _mean_of_squares(factor: tf.Tensor | float, values: tf.Tensor) -> tf.Tensor:
    """Return factor * values^2, summed over all axes but the first; mean over the first."""
    return tf.reduce_sum(factor * tf.square(values)) / values.shape[0]


# Estimators: (network, noise, sigma) -> (x -> Estimate), with one random probe for every x ---------------------------

Estimator = Callable[[tf.Tensor], Estimate]


def _exact(network: keras.Model, noise: Noise, sigma: float) -> Estimator:
    """Return the estimator of the whole Jacobian: a batch Jacobian without a loop.

    Each sample is repeated in k rows, one for each of its k units.
    """
    units = _units(network)
    unit_vectors = tf.reshape(tf.eye(math.prod(units)), (-1, *units))

    def estimate(x: tf.Tensor) -> Estimate:
        rows, count = x.shape[0], unit_vectors.shape[0]
        v = tf.tile(unit_vectors, (rows, *[1] * len(units)))
        y, gradient = _pull_back(network, tf.repeat(x, count, axis=0), v)
        return Estimate(y, tf.reshape(gradient, (rows, count, -1)))

    return estimate


def _hutchinson(network: keras.Model, noise: Noise, sigma: float) -> Estimator:
    """Return Hutchinson's estimator: values v^T J, v = +-1 for each unit."""
    probe = tf.where(noise.uniform(*_units(network)) < 0.5, -1.0, 1.0)
    return lambda x: Estimate(*_pull_back(network, x, probe))


def _finite_difference(network: keras.Model, noise: Noise, sigma: float) -> Estimator:
    """Return the estimator with values (f(x + sigma u) - f(x)) / sigma, u ~ N(0, I)."""
    probe = noise.normal(*network.input_shape[1:])

    def estimate(x: tf.Tensor) -> Estimate:
        y = _float32(network, x)
        return Estimate(y, (_float32(network, x + sigma * probe) - y) / sigma)

    return estimate


def _closed_form(network: keras.Model, noise: Noise, sigma: float) -> Estimator:
    """Return the exact estimator of one dense layer and a sigmoid s.

    h = s(W^T x + b): J_ij = h_i (1 - h_i) W_ji, so that ||J||_F^2 = sum_i (h_i (1 - h_i))^2 sum_j W_ji^2.
    """
    inner = [layer for layer in network.layers if not isinstance(layer, keras.layers.Flatten)]
    if len(inner) != 2 or type(inner[0]) is not keras.layers.Dense or not ends_in_sigmoid(network):
        raise UserError(
            "loss.penalties.contractive.estimator=closed_form is of one dense layer and a sigmoid: set "
            "network@networks.encoder=mlp networks.encoder.depth=0 model.code_activation=sigmoid, or another estimator"
        )

    def estimate(x: tf.Tensor) -> Estimate:
        h = _float32(network, x)
        kernel = tf.cast(inner[0].kernel, tf.float32)
        return Estimate(h, h * (1.0 - h), tf.reduce_sum(tf.square(kernel), axis=0))

    return estimate


ESTIMATORS = {
    "exact": _exact,
    "closed_form": _closed_form,
    "hutchinson": _hutchinson,
    "finite_difference": _finite_difference,
}


def _pull_back(network: keras.Model, x: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return network(x), and v^T J(x) of each sample in the shape of x."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = _float32(network, x)
        projection = tf.reduce_sum(v * y)
    return y, tf.cast(tape.gradient(projection, x), tf.float32)


def _float32(network: keras.Model, x: tf.Tensor) -> tf.Tensor:
    return tf.cast(network(x, training=True), tf.float32)


def _units(network: keras.Model) -> tuple[int, ...]:
    return tuple(network.output_shape[1:])
