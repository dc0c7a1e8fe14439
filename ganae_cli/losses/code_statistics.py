"""Functions of codes z, (batch, k), that several models and penalties share. Float32 in, float32 scalars out.

Those of a whole batch see only the rows of their own replica: over several replicas they are means of estimates from
smaller batches, and not the estimate from the global batch.
"""

import math

import tensorflow as tf

KERNEL_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
RIDGE = 1e-6  # added to variances: keeps the logarithm of a determinant finite where codes do not fill their space
SMALLEST_MEAN = 1e-6  # keeps the logarithm of a mean activation finite


def gaussian_kl(mean, log_variance):
    """KL(N(mean, diag(exp(log_variance))) || N(0, I)) by dimension: (mean^2 + variance - 1 - log_variance) / 2.

    (batch, k) -> (batch, k), in nats. Kingma & Welling 2014, arXiv:1312.6114, appendix B.
    """
    return (tf.square(mean) + tf.exp(log_variance) - 1.0 - log_variance) / 2


def free_bits(kl, least: float):
    """Sum over dimensions of max(least, mean over the batch of kl), in nats; least = 0 is the plain sum.

    Kingma et al. 2016, arXiv:1606.04934, with a group for each dimension: a dimension is not pressed below
    `least` nats, so that it does not die before the decoder has a use for it. kl: (batch, k).
    """
    return tf.reduce_sum(tf.maximum(tf.reduce_mean(kl, axis=0), least))


def maximum_mean_discrepancy(z, prior):
    """Squared MMD of two samples of codes under a sum of inverse multiquadric kernels; unbiased, so it may be negative.

    Tolstikhin et al. 2018, arXiv:1711.01558, algorithm 2, with the kernels of the authors' program: C / (C + ||.||^2),
    C = 2 k s for a standard normal prior, summed over s in KERNEL_SCALES. Equal pairs are left out within a sample and
    kept between the samples. z, prior: (batch, k).
    """
    count, base = z.shape[0], 2.0 * z.shape[1]
    apart = 1.0 - tf.eye(count)
    within = tf.stack([_squared_distances(z, z), _squared_distances(prior, prior)])
    across, total = _squared_distances(z, prior), 0.0
    for scale in KERNEL_SCALES:
        kernel = base * scale
        total += tf.reduce_sum(apart * kernel / (kernel + within)) / (count * (count - 1))
        total -= 2.0 * tf.reduce_mean(kernel / (kernel + across))
    return total


def _squared_distances(a, b):
    """||a_i - b_j||^2, (rows of a, rows of b)."""
    return tf.reduce_sum(tf.square(a[:, None, :] - b[None, :, :]), axis=2)


def mean_activation_kl(z, target: float):
    """Sum over units of KL(Bernoulli(target) || Bernoulli(mean over the batch of z)), z in [0, 1].

    Ng 2011, "Sparse autoencoder", CS294A lecture notes, section 3; its rho is `target`.
    """
    found = SMALLEST_MEAN + (1 - 2 * SMALLEST_MEAN) * tf.reduce_mean(z, axis=0)
    active = target * (math.log(target) - tf.math.log(found))
    return tf.reduce_sum(active + (1 - target) * (math.log(1 - target) - tf.math.log(1.0 - found)))


def covariance(z):
    """Covariance of the codes over the batch, (k, k), divided by the batch's size, with RIDGE on its diagonal."""
    centred = z - tf.reduce_mean(z, axis=0)
    return tf.matmul(centred, centred, transpose_a=True) / z.shape[0] + RIDGE * tf.eye(z.shape[1])


def gaussian_entropy(z):
    """Entropy in nats of the Gaussian with the codes' covariance, 1/2 log det(2 pi e Cov): an upper bound of theirs.

    A batch not larger than k leaves directions in which it sees no spread at all.
    """
    return (tf.linalg.logdet(covariance(z)) + z.shape[1] * math.log(2 * math.pi * math.e)) / 2


def gaussian_total_correlation(z):
    """KL(N(m, Cov) || product of its marginals) = 1/2 (sum_j log Cov_jj - log det Cov) in nats: 0 if uncorrelated.

    Total correlation (Watanabe 1960) of the Gaussian with the codes' mean and covariance: of deterministic codes it
    sees linear dependence only. A batch not much larger than k finds correlation where there is none.
    """
    found = covariance(z)
    return (tf.reduce_sum(tf.math.log(tf.linalg.diag_part(found))) - tf.linalg.logdet(found)) / 2


def minibatch_total_correlation(z, mean, log_variance):
    """KL(q(z) || product of q(z_j)) in nats, z ~ q(z | x) = N(mean, diag(exp(log_variance))), all (batch, k).

    Chen et al. 2018 (beta-TCVAE), arXiv:1802.04942, by minibatch-weighted sampling: q(z) is taken for the mean of
    q(z | x) over the batch. The paper's constant (k - 1) log(size of the data), which moves nothing, is left out. The
    estimate is at most (k - 1) log(batch), where no two posteriors overlap.
    """
    apart = z[:, None, :] - mean[None, :, :]
    densities = -(tf.square(apart) * tf.exp(-log_variance) + log_variance + math.log(2 * math.pi)) / 2
    together = tf.reduce_logsumexp(tf.reduce_sum(densities, axis=2), axis=1)
    marginals = tf.reduce_sum(tf.reduce_logsumexp(densities, axis=1), axis=1)
    return tf.reduce_mean(together - marginals) + (z.shape[1] - 1) * math.log(z.shape[0])
