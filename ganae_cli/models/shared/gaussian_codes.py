"""Latent codes of an encoder that outputs a Gaussian with independent coordinates.

q(z | x) = N(mean, diag(exp(log_variance))). Kingma and Welling 2014, "Auto-Encoding Variational Bayes",
arXiv:1312.6114, section 2.4 and appendix B.
"""

import tensorflow as tf
from keras import ops

from ganae_cli.losses import code_statistics
from ganae_cli.runtime.rng import Noise


def split(outputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return mean and log-variance, (batch, z_dim) each, of an encoder's outputs (batch, 2 z_dim)."""
    mean, log_variance = ops.split(outputs, 2, axis=-1)
    return mean, log_variance


def sample(mean: tf.Tensor, log_variance: tf.Tensor, noise: Noise) -> tf.Tensor:
    """Return z = mean + standard deviation * e, e ~ N(0, I), (batch, z_dim): differentiable by both."""
    return mean + ops.exp(0.5 * log_variance) * noise.normal(mean.shape[-1])


def kl_to_prior(mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """Return KL(q(z | x) || N(0, I)) in nats: sum over the code, mean over the batch."""
    return ops.mean(ops.sum(code_statistics.gaussian_kl(mean, log_variance), axis=-1))
