"""Which dimensions of latent codes tell anything of the input: active units, KL by dimension, posterior collapse."""

from typing import NamedTuple

import numpy as np

THRESHOLD = 0.01  # of the variance of a dimension: Burda et al. 2016
EPSILON, DELTA = 0.01, 0.01  # nats, and the share of inputs that may have more


class ActiveUnits(NamedTuple):
    """active: number of active dimensions. variances: float64 (k,), of each. threshold: what they have to exceed."""

    active: int
    variances: np.ndarray
    threshold: float


class Collapse(NamedTuple):
    """Which dimensions have collapsed to the prior. dimensions: bool (k,). share: of all. level: float64 (k,), in nats.

    level: the KL that all but a share δ of the inputs stay within; the smallest ε for which the dimension collapsed.
    """

    dimensions: np.ndarray
    share: float
    level: np.ndarray


def active_units(codes: np.ndarray, relative: bool = False) -> ActiveUnits:
    """Return how many dimensions of codes (N, k) vary with the input: Var_x(E[z_j | x]) > 0.01.

    Burda et al. 2016, arXiv:1509.00519. codes: the means of the posteriors. The threshold supposes codes
    of the scale of the prior N(0, I). Those of a plain autoencoder have a scale of their own; for them, relative=True
    takes 0.01 times the largest of the variances, a convention of ours. Dimensions are those of the code as it stands:
    a rotation changes the count, which that of `rank` does not. Higher means more dimensions; at most k.

    >>> codes = np.array([[0.0, 5.0, 0.0], [2.0, 5.0, 0.16]])  # variances 2, 0 and 0.0128
    >>> active_units(codes).active, active_units(codes, relative=True).active
    (2, 1)
    """
    variances = np.zeros(codes.shape[1])
    if len(codes) > 1:
        variances = np.var(codes.astype(np.float64) - codes[0], axis=0, ddof=1)
    threshold = THRESHOLD * (float(variances.max(initial=0.0)) if relative else 1.0)
    return ActiveUnits(int(np.count_nonzero(variances > threshold)), variances, threshold)


def gaussian_kl(means: np.ndarray, log_variances: np.ndarray) -> np.ndarray:
    """Return KL(N(μ, σ²) || N(0, 1)) of each row and dimension, in nats: float64 (N, k).

    ½ (μ² + σ² - 1 - log σ²): Kingma & Welling 2014, arXiv:1312.6114, appendix B. Its mean over the rows is the rate of
    each dimension, the sum of these the term of the evidence lower bound. 0 where nothing is told of the input.

    >>> gaussian_kl(np.array([[0.0, 2.0]]), np.array([[0.0, 0.0]])).tolist()
    [[0.0, 2.0]]
    """
    means, log_variances = means.astype(np.float64), log_variances.astype(np.float64)
    return 0.5 * (np.square(means) + np.expm1(log_variances) - log_variances)


def posterior_collapse(kl: np.ndarray, epsilon: float = EPSILON, delta: float = DELTA) -> Collapse:
    """Return which dimensions are (ε, δ)-collapsed: P_x[KL(q(z_j | x) || p(z_j)) < ε] ≥ 1 - δ.

    Lucas et al. 2019, arXiv:1911.02469. kl: (N, k), see `gaussian_kl`. Lower is better: 0 is a code all
    of whose dimensions tell something; 1 a decoder that knows nothing of its input.

    >>> posterior_collapse(np.array([[0.0, 3.0], [0.002, 2.0]])).share
    0.5
    """
    is_collapsed = np.mean(kl < epsilon, axis=0) >= 1 - delta
    level = np.quantile(kl, 1 - delta, axis=0, method="inverted_cdf")
    return Collapse(is_collapsed, float(is_collapsed.mean()), level)
