"""Functions of latent codes z, (batch, k), that several models and penalties share. Float32 in, float32 scalars out.

A function of a whole batch sees only the rows of its own replica: over several replicas the result is the mean of
estimates from smaller batches, not the estimate from the global batch.
"""

import math
from collections.abc import Callable

import tensorflow as tf

LARGEST_BLOCK = 2**22  # numbers that are held at once where every pair of rows is compared: 16 MB
KERNEL_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
RIDGE = 1e-6  # added to variances: keeps the logarithm of a determinant finite where codes do not fill their space
SMALLEST_MEAN = 1e-6  # keeps the logarithm of a mean activation finite


def gaussian_kl(mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """Return KL(N(mean, diag(exp(log_variance))) || N(0, I)) of each dimension, in nats.

    (mean^2 + variance - 1 - log_variance) / 2, (batch, k) -> (batch, k). Kingma & Welling 2014, arXiv:1312.6114,
    appendix B.

    >>> gaussian_kl([[0.0, 2.0]], [[0.0, 0.0]]).numpy().tolist()  # (4 + 1 - 1 - 0) / 2
    [[0.0, 2.0]]
    """
    return (tf.square(mean) + tf.exp(log_variance) - 1.0 - log_variance) / 2


def free_bits(kl: tf.Tensor, least: float) -> tf.Tensor:
    """Return the sum over dimensions of max(least, mean over the batch of kl), in nats; least = 0: the plain sum.

    Kingma et al. 2016, arXiv:1606.04934, with a group for each dimension: a dimension whose KL is below `least` nats is
    not pressed further, so that it does not die before the decoder has a use for it. kl: (batch, k).

    >>> float(free_bits([[0.0, 1.0], [1.0, 3.0]], 1.0))  # means 0.5 and 2: max(1, 0.5) + max(1, 2)
    3.0
    """
    return tf.reduce_sum(tf.maximum(tf.reduce_mean(kl, axis=0), least))


def maximum_mean_discrepancy(z: tf.Tensor, prior: tf.Tensor) -> tf.Tensor:
    """Return an unbiased estimate, which may be negative, of the squared MMD of the distributions of z and prior.

    Tolstikhin et al. 2018, arXiv:1711.01558, algorithm 2, with the inverse multiquadric kernels of the authors'
    program: C / (C + ||.||^2), C = 2 k s for a standard normal prior, summed over s in KERNEL_SCALES. Pairs of equal
    index are left out within a sample and kept between the samples. z, prior: (batch, k), of the same size.
    """
    count, base = z.shape[0], 2.0 * z.shape[1]
    off_diagonal = 1.0 - tf.eye(count)
    within = tf.stack([_squared_distances(z, z), _squared_distances(prior, prior)])
    across, total = _squared_distances(z, prior), 0.0
    for scale in KERNEL_SCALES:
        kernel = base * scale
        total += tf.reduce_sum(off_diagonal * kernel / (kernel + within)) / (count * (count - 1))
        total -= 2.0 * tf.reduce_mean(kernel / (kernel + across))
    return total


def _squared_distances(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return ||a_i - b_j||^2, (rows of a, rows of b)."""
    return _by_blocks(lambda a, b: tf.reduce_sum(tf.square(a[:, None, :] - b[None, :, :]), axis=2), a, b)


def _by_blocks(compare: Callable[..., tf.Tensor], z: tf.Tensor, *others: tf.Tensor) -> tf.Tensor:
    """Return compare(z, *others), computed for as many rows of z at once as LARGEST_BLOCK allows.

    compare: holds k numbers for each row of z and each row of the others, which are all (rows, k), and returns one
    result for each row of z. The backward pass computes each block anew, so that it needs no more memory.
    """
    rows, size = z.shape[0], others[0].shape[0] * z.shape[1]
    divisors = [count for count in range(1, rows + 1) if rows % count == 0]
    blocks = next((count for count in divisors if rows // count * size <= LARGEST_BLOCK), rows)
    if blocks == 1:
        return compare(z, *others)
    anew = tf.recompute_grad(compare)  # of tensors that it is not given it would lose the gradient
    apart = tf.map_fn(lambda block: anew(block, *others), tf.reshape(z, (blocks, rows // blocks, z.shape[1])))
    return tf.reshape(apart, (rows, *apart.shape[2:]))


def mean_activation_kl(z: tf.Tensor, target: float) -> tf.Tensor:
    """Return the sum over units of KL(Bernoulli(target) || Bernoulli(mean over the batch of z)), z in [0, 1].

    Ng 2011, "Sparse autoencoder", CS294A lecture notes, section 3; its rho is `target`.
    """
    mean = SMALLEST_MEAN + (1 - 2 * SMALLEST_MEAN) * tf.reduce_mean(z, axis=0)
    active = target * (math.log(target) - tf.math.log(mean))
    return tf.reduce_sum(active + (1 - target) * (math.log(1 - target) - tf.math.log(1.0 - mean)))


def covariance(z: tf.Tensor) -> tf.Tensor:
    """Return the covariance of codes over the batch, (k, k): sums divided by the batch size, plus RIDGE * identity."""
    centred = z - tf.reduce_mean(z, axis=0)
    return tf.matmul(centred, centred, transpose_a=True) / z.shape[0] + RIDGE * tf.eye(z.shape[1])


def gaussian_entropy(z: tf.Tensor) -> tf.Tensor:
    """Return the entropy, in nats, of the Gaussian with the covariance of the codes: 1/2 log det(2 pi e Cov).

    It is an upper bound of the entropy of the codes. In a batch of k rows or fewer the codes have no spread in some
    directions, where Cov is RIDGE.
    """
    return (tf.linalg.logdet(covariance(z)) + z.shape[1] * math.log(2 * math.pi * math.e)) / 2


def gaussian_total_correlation(z: tf.Tensor) -> tf.Tensor:
    """Return the total correlation, in nats, of the Gaussian with the mean m and covariance Cov of the codes.

    KL(N(m, Cov) || product of its marginals) = 1/2 (sum_j log Cov_jj - log det Cov), 0 if uncorrelated (Watanabe 1960).
    Of deterministic codes it sees only linear dependence. A batch not much larger than k shows correlation where there
    is none.
    """
    cov = covariance(z)
    return (tf.reduce_sum(tf.math.log(tf.linalg.diag_part(cov))) - tf.linalg.logdet(cov)) / 2


def minibatch_total_correlation(z: tf.Tensor, mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """Return an estimate of the total correlation KL(q(z) || product of q(z_j)) of stochastic codes, in nats.

    z ~ q(z | x) = N(mean, diag(exp(log_variance))), all (batch, k). Chen et al. 2018 (beta-TCVAE), arXiv:1802.04942, by
    minibatch-weighted sampling: the mean of q(z | x) over the batch stands for q(z). The paper's constant
    (k - 1) log(size of the data), which has no gradient, is left out. The estimate is at most (k - 1) log(batch), which
    it reaches where no two posteriors overlap.
    """
    return tf.reduce_mean(_by_blocks(_dependence, z, mean, log_variance)) + (z.shape[1] - 1) * math.log(z.shape[0])


def _dependence(z: tf.Tensor, mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """Return log sum_n q(z | x_n) - sum_j log sum_n q(z_j | x_n) of each row of z, (rows,)."""
    offsets = z[:, None, :] - mean[None, :, :]
    log_densities = -(tf.square(offsets) * tf.exp(-log_variance) + log_variance + math.log(2 * math.pi)) / 2
    joint = tf.reduce_logsumexp(tf.reduce_sum(log_densities, axis=2), axis=1)
    marginals = tf.reduce_sum(tf.reduce_logsumexp(log_densities, axis=1), axis=1)
    return joint - marginals
