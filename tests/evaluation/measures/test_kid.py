"""KID of an evaluation: that of its formula, written out, on features of samples and of training rows."""

import numpy as np
import pytest

from ganae_cli.evaluation.measures import kid
from ganae_cli.metrics.distribution.kernel_distance import within


def by_formula(real, samples):
    """Return the unbiased squared MMD of the kernel (x·y / D + 1)³, over all pairs."""
    n, m, d = len(real), len(samples), real.shape[1]

    def kernel(a, b):
        return (a.astype(np.float64) @ b.T.astype(np.float64) / d + 1) ** 3

    of_real, of_samples = kernel(real, real), kernel(samples, samples)
    within = (of_real.sum() - np.trace(of_real)) / (n * (n - 1)) + (of_samples.sum() - np.trace(of_samples)) / (
        m * (m - 1)
    )
    return within - 2 * kernel(real, samples).mean()


def test_it_is_the_formula_of_all_pairs(of_images, given, scores, made_of):
    subject = given(of_images, made_of.images(35, 5, high=128), samples=40)
    found = scores("kid", subject)["kid"]
    train, held_out, made = (
        rows.reshape(len(rows), -1) / 255 for rows in (subject.rows.train, subject.rows.held_out, subject.samples)
    )
    assert (len(train), len(held_out), len(made)) == (40, 35, 35)
    assert found.value == pytest.approx(by_formula(train, made), rel=1e-4)
    assert found.beside == pytest.approx(by_formula(train, held_out), rel=1e-3, abs=1e-7)
    assert found.value > 20 * abs(found.beside)


def test_its_interval_may_hold_zero(of_points, given, scores):
    found = scores("kid", given(of_points, of_points.test))["kid"]
    assert found.low < 0 < found.high
    assert found.value == pytest.approx(found.beside)


def test_what_concerns_training_rows_alone_is_computed_once(of_points, given, scores, made_of, monkeypatch):
    calls = []
    monkeypatch.setattr(kid, "within", lambda *args: calls.append(1) or within(*args))
    subject = given(of_points, made_of.points(40, 5))
    first = scores("kid", subject)["kid"]
    assert scores("kid", subject)["kid"] == first
    assert len(calls) == 1
