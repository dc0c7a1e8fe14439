"""Codes of an encoder that gives a Gaussian with independent coordinates: q(z | x) = N(mean, exp(log_variance)).

Kingma and Welling 2014, "Auto-Encoding Variational Bayes", arXiv:1312.6114, section 2.4 and appendix B.
"""

from keras import ops

from ganae_cli.losses import code_statistics


def split(outputs) -> tuple:
    """(batch, 2 z_dim) -> mean and log-variance, (batch, z_dim) each."""
    return tuple(ops.split(outputs, 2, axis=-1))


def sample(mean, log_variance, noise):
    """z = mean + standard deviation * e, e ~ N(0, I), (batch, z_dim): differentiable by both."""
    return mean + ops.exp(0.5 * log_variance) * noise.normal(mean.shape[-1])


def kl_to_prior(mean, log_variance):
    """KL(q(z | x) || N(0, I)) in nats: sum over the code, mean over the batch."""
    return ops.mean(ops.sum(code_statistics.gaussian_kl(mean, log_variance), axis=-1))
