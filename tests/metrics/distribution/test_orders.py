"""Every measure of a copier, a perfect, a collapsed and a too wide sampler: which it tells apart, and which way.

`a < b` means that the whole interval of a is below that of b. What a measure cannot see is here, too: recall and
diversity do not mind samples that are too wide, nor does NDB, whose bins have no edge; density and precision do not
mind those that collapsed; and none minds copies, which are closer to the training data than new samples can be:
measures of memorisation are for these.
"""

import numpy as np
import pytest

from ganae_cli.metrics.distribution import clipped, density_coverage, ms_ssim, precision_recall
from ganae_cli.metrics.distribution.frechet import fid, statistics
from ganae_cli.metrics.distribution.inception_score import inception_score
from ganae_cli.metrics.distribution.kernel_distance import kid
from ganae_cli.metrics.distribution.ndb import bins, ndb
from ganae_cli.metrics.distribution.neighbourhoods import compare
from ganae_cli.metrics.distribution.vendi import vendi

MODES, DIMENSIONS, COUNT = 5, 12, 600
CENTRES = np.random.default_rng(9).normal(size=(MODES, DIMENSIONS)) * 1.5
ORDERS = {
    "fid": ("copier < perfect", "perfect < collapsed", "perfect < wide"),
    "kid": ("copier < perfect", "perfect < collapsed", "perfect < wide"),
    "precision": ("wide < perfect", "perfect < copier", "perfect < collapsed"),
    "recall": ("collapsed < perfect", "perfect < copier", "perfect <= wide"),
    "density": ("wide < perfect", "perfect <= copier", "perfect <= collapsed"),
    "coverage": ("collapsed < perfect", "wide < perfect", "perfect < copier"),
    "clipped_density": ("wide < perfect", "perfect <= copier", "perfect <= collapsed"),
    "clipped_coverage": ("collapsed < perfect", "wide < perfect", "perfect <= copier"),
    "ndb": ("copier <= perfect", "perfect < collapsed", "perfect <= wide"),
    "inception_score": ("collapsed < perfect", "wide < perfect", "perfect <= copier"),
    "vendi": ("collapsed < perfect", "perfect <= copier", "perfect < wide"),
    "ms_ssim": ("perfect < collapsed", "perfect <= copier", "wide < perfect"),
}


def draw(rng, count, width=1.0, modes=MODES):
    """Return rows of a mixture of normal distributions, around the first of the centres."""
    return (CENTRES[rng.integers(0, modes, count)] + width * rng.normal(size=(count, DIMENSIONS))).astype(np.float32)


def probabilities(rows):
    """Return those of the classes of the mixture: Bayes' rule, the best classifier that there is."""
    logits = -np.square(rows[:, None] - CENTRES).sum(axis=2) / 2
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def images(rows):
    """Return an image of 24 × 24 for each row: the sum of as many smooth patterns as there are dimensions."""
    waves = np.cos(np.pi * np.outer(np.arange(4), np.arange(24) + 0.5) / 24)
    patterns = np.einsum("ay,bx->abyx", waves[:3], waves).reshape(DIMENSIONS, 24, 24)
    return np.clip(128 + 12 * np.tensordot(rows, patterns, axes=1), 0, 255)[..., None]


def measured(real, samples):
    found = compare(real, samples)
    return {
        "fid": fid(samples, statistics(real)),
        "kid": kid(real, samples).estimate(),
        **precision_recall.estimates(found),
        **density_coverage.estimates(found),
        **clipped.estimates(found),
        "ndb": ndb(bins(real, k=30), samples).estimate(),
        "inception_score": inception_score(probabilities(samples)).estimate(),
        "vendi": vendi(samples).estimate(),
        "ms_ssim": ms_ssim.diversity(images(samples)).estimate(),
    }


@pytest.fixture(scope="module")
def scores():
    """Return sampler -> measure -> estimate, beside 600 rows of training data."""
    rng = np.random.default_rng(0)
    train = draw(rng, COUNT)
    samplers = {
        "copier": train[rng.permutation(COUNT)],
        "perfect": draw(rng, COUNT),
        "collapsed": draw(rng, COUNT, width=0.5, modes=1),
        "wide": draw(rng, COUNT, width=2.0),
    }
    return {name: measured(train, samples) for name, samples in samplers.items()}


@pytest.mark.parametrize(("measure", "order"), [(name, order) for name, orders in ORDERS.items() for order in orders])
def test_samplers_are_in_order(scores, measure, order):
    """`<`: the intervals do not even touch. `<=`: it is not the other way round by more than four standard errors."""
    left, sign, right = order.split()
    one, other = scores[left][measure], scores[right][measure]
    if sign == "<" and (left, right) != ("copier", "perfect"):
        assert one.high < other.low
    elif sign == "<":
        assert one.value < other.value  # of FID and KID: the interval of copies is that of other draws, not of copies
    else:
        assert one.value - other.value <= 4 / 3.92 * np.hypot(one.high - one.low, other.high - other.low)


def test_every_measure_is_here(scores):
    assert set(ORDERS) == set(scores["perfect"])


def test_a_perfect_sampler_reaches_the_clipped_scores_of_real_data(scores):
    assert scores["perfect"]["clipped_density"].high >= 0.95
    assert scores["perfect"]["clipped_coverage"].high >= 0.95
