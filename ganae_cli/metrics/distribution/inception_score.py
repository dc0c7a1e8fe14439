"""Inception score: are samples clearly of some class, and of all classes? From the probabilities of any classifier.

Salimans, Goodfellow, Zaremba, Cheung, Radford, Chen 2016, "Improved techniques for training GANs" (arXiv:1606.03498),
section 4. It is called so even if the classifier is not Inception; which one it is must be stated with the number.
"""

from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.intervals import Estimate, of_mean

BLOCK = 4096  # rows of probabilities that are looked at at once


class InceptionScore(NamedTuple):
    """The score, and the divergence of each sample in nats, float64 (N,), of whose mean it is the exponential."""

    value: float
    rows: np.ndarray

    def estimate(self) -> Estimate:
        """Return the score with its interval, the exponential of that of the mean divergence, and at least 1.

        That is the infinitesimal jackknife: a row changes the mean by its own divergence only, since what it changes in
        p(y) cancels. A bootstrap would add what few rows add. Measured with 300 draws each of 200 and 1,000 samples of
        10 classes, sure, unsure and of few classes: the interval holds the mean over the draws in 92 to 99 % of them.
        """
        mean = of_mean(self.rows)
        return Estimate(self.value, max(1.0, float(np.exp(mean.low))), float(np.exp(mean.high)))


def inception_score(probabilities: np.ndarray) -> InceptionScore:
    """Return exp(mean KL(p(y | x) || p(y))) of probabilities (N, C), where p(y) is the mean over all N samples.

    From 1, where all samples look alike to the classifier, to the number of classes C; higher is better. Real data
    rarely reach C, so compare with as many held-out data. The logarithm of the score of sure samples is about
    (C - 1) / 2N too small, so ten parts of 50,000 samples, whose mean other programs return, score less than one.

    Two sure samples of two of three classes:

    >>> inception_score(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])).value
    2.0
    """
    if probabilities.ndim != 2 or len(probabilities) == 0:
        raise ValueError(f"the Inception score takes probabilities (N, C), not of the shape {probabilities.shape}")
    log_mean = _log(probabilities.mean(axis=0, dtype=np.float64))
    parts = [probabilities[first : first + BLOCK].astype(np.float64) for first in range(0, len(probabilities), BLOCK)]
    rows = np.concatenate([(part * (_log(part) - log_mean)).sum(axis=1) for part in parts])
    return InceptionScore(float(np.exp(rows.mean())), rows)


def _log(probabilities: np.ndarray) -> np.ndarray:
    """Return the logarithm, and 0 in place of that of 0, which is always multiplied with 0."""
    return np.log(probabilities, out=np.zeros_like(probabilities), where=probabilities > 0)
