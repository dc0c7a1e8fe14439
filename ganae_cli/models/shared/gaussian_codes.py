"""Latent codes of an encoder that outputs a Gaussian with independent coordinates.

q(z | x) = N(mean, diag(exp(log_variance))). Kingma and Welling 2014, "Auto-Encoding Variational Bayes",
arXiv:1312.6114, section 2.4 and appendix B.

Log-variances are bounded, or a large step of an optimizer could make the variance infinite, and with it every loss: an
encoder's output between -30 and 10 is the log-variance itself (standard deviations from 3e-7 to 148), and outside it
goes on ever more slowly, to -31 and 11 at most. The prior has 0, and a code that says nothing has that, too.
"""

import tensorflow as tf
from keras import ops

from ganae_cli.losses import code_statistics
from ganae_cli.runtime.rng import Noise

LIMITS = -30.0, 10.0  # of log-variances


def split(outputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return mean and bounded log-variance, (batch, z_dim) each, of an encoder's outputs (batch, 2 z_dim)."""
    mean, log_variance = ops.split(outputs, 2, axis=-1)
    return mean, bounded(log_variance)


def bounded(log_variance: tf.Tensor) -> tf.Tensor:
    """Return v within the limits l, and l + d / (1 + |d|) at a distance d outside: the gradient is never 0.

    >>> bounded(tf.constant([-31.0, 0.25, 13.0])).numpy().tolist()  # -30 - 1 / 2; as it is; 10 + 3 / 4
    [-30.5, 0.25, 10.75]
    """
    inside = ops.clip(log_variance, *LIMITS)
    outside = log_variance - inside
    return inside + outside / (1.0 + ops.abs(outside))


def sample(mean: tf.Tensor, log_variance: tf.Tensor, noise: Noise) -> tf.Tensor:
    """Return z = mean + standard deviation * e, e ~ N(0, I), (batch, z_dim): differentiable by both."""
    return mean + ops.exp(0.5 * log_variance) * noise.normal(mean.shape[-1])


def kl_to_prior(mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """Return KL(q(z | x) || N(0, I)) in nats: sum over the code, mean over the batch."""
    return ops.mean(ops.sum(code_statistics.gaussian_kl(mean, log_variance), axis=-1))
