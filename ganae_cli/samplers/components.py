"""How many Gaussians a mixture takes for given codes: ten, or as many more as the Bayesian information criterion asks.

BIC: Schwarz 1978, "Estimating the Dimension of a Model", Annals of Statistics 6(2), 461-464: -2 log L + p log N, with
the maximised likelihood L of N codes and p free parameters. Numbers of a ladder are tried from ten up, until it has
risen twice in a row. From one up, it takes fewer than ten for few or long codes, and samples are worse: of 400 codes of
14 numbers (MNIST) two, with a clipped density of 0.12, where ten have 0.54.

Of more than `TRIED` codes, that many are tried. A likelihood that was maximised on n of N codes is too high for the
others: on average by p / (2 n) per code, and that of all N by p / (2 N), as in AIC's derivation (Akaike 1974). So what
is compared, per code, is -2 log L_n / n + p (1 / n - 1 / N) + p log N / N, which is BIC where n = N.

Where codes are few, so are Gaussians. One that is fitted to a handful of codes draws copies of them: of codes of 4
numbers, ten to 100 of them drew codes that were 0.6 times as far from them as other codes of the data are, eight to 300
0.95 times.
"""

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from ganae_cli.samplers.random import random_stream

if TYPE_CHECKING:
    from sklearn.mixture import GaussianMixture

LADDER = (10, 14, 20, 28, 40, 56, 80, 112)
CODES_PER_NUMBER, FEWEST = 2, 40  # codes of a Gaussian: for each of z_dim + 1 numbers, and in all
RISES = 2  # in a row, after which no more are tried
TRIED = 4000  # codes, at most
REGULARISATION = 1e-6  # added to the variances of standardised codes
ROUNDS, ALL_ROUNDS = 200, 2000  # of expectation maximisation, at most: of a choice, and of a number that is given


def most_for(count: int, size: int, fewest: int = FEWEST) -> int:
    """Return the largest number of Gaussians for `count` codes of `size` numbers, 1 at least.

    fewest: codes for each; fewer where a number is asked for, and has to be had.

    >>> most_for(400, 4), most_for(400, 49), most_for(5, 4), most_for(100, 4, fewest=1)
    (10, 4, 1, 10)
    """
    return max(1, count // max(fewest, CODES_PER_NUMBER * (size + 1)))


def chosen(codes: np.ndarray, seed: int) -> "GaussianMixture":
    """Return the mixture of the best number, fitted to standardised codes float64 (N, d).

    Of many codes it is fitted to some of them, and a beginning for a fit to all.
    """
    total, some = len(codes), codes[random_stream(seed, "components").permutation(len(codes))[:TRIED]]
    most = min(most_for(*some.shape), LADDER[-1])
    best, least, rises = None, math.inf, 0
    for count in [count for count in LADDER if count <= most] or [most]:
        mixture = fitted(some, count, seed)
        found = criterion(float(mixture.score(some)), parameters(count, codes.shape[1]), len(some), total)
        rises = 0 if found < least else rises + 1
        if found < least or best is None:
            best, least = mixture, found
        if rises == RISES:
            break
    assert best is not None
    return best


def criterion(mean_log_likelihood: float, parameters: int, tried: int, total: int) -> float:
    """Return BIC per code for `total` codes, of a likelihood that was maximised on `tried` of them.

    >>> round(criterion(-1.5, parameters=4, tried=100, total=100), 4)  # 3 + 4 log(100) / 100
    3.1842
    """
    return -2 * mean_log_likelihood + parameters * (1 / tried - 1 / total + math.log(total) / total)


def parameters(count: int, size: int) -> int:
    """Return the number of free parameters of `count` Gaussians with full covariances, and of their weights.

    >>> parameters(2, size=3)  # 1 weight, 2 means of 3, 2 covariances of 6
    19
    """
    return count - 1 + count * size + count * size * (size + 1) // 2


def fitted(
    codes: np.ndarray, count: int, seed: int, start: "GaussianMixture | None" = None, rounds: int = ROUNDS
) -> "GaussianMixture":
    """Return `count` Gaussians, fitted by expectation maximisation that starts from k-means, or from a mixture."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture  # imported here: takes half a second, which a prior does not need

    begin = {}
    if start is not None:
        begin = {"weights_init": start.weights_, "means_init": start.means_, "precisions_init": start.precisions_}
    mixture = GaussianMixture(count, reg_covar=REGULARISATION, max_iter=rounds, random_state=seed, **begin)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # equal codes, early in training, make one cluster
        return mixture.fit(codes)
