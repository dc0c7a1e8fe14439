"""Gaussian codes: a divergence by hand, and mean and variance of many samples."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.models.shared import gaussian_codes
from ganae_cli.runtime.rng import Noise


def test_the_divergence_from_the_prior():
    """1/2 for a mean of 1; (4 - log 4 - 1) / 2 for a variance of 4; sum over the code, mean over the batch."""
    mean, log_variance = tf.constant([[1.0, 0.0], [0.0, 0.0]]), tf.constant([[0.0, np.log(4.0)], [0.0, 0.0]])
    expected = (0.5 + (3 - np.log(4.0)) / 2) / 2
    assert float(gaussian_codes.kl_to_prior(mean, tf.cast(log_variance, tf.float32))) == pytest.approx(
        expected, rel=1e-6
    )


def test_samples_have_the_mean_and_the_variance_of_the_encoder():
    mean, log_variance = gaussian_codes.split(tf.repeat([[1.0, -2.0, np.log(4.0), np.log(0.25)]], 20000, axis=0))
    z = gaussian_codes.sample(mean, log_variance, Noise(0, 0, 20000)).numpy()
    assert z.shape == (20000, 2)
    assert z.mean(axis=0) == pytest.approx([1.0, -2.0], abs=0.05)
    assert z.std(axis=0) == pytest.approx([2.0, 0.5], rel=0.03)


def test_log_variances_are_bounded_softly_and_those_within_the_limits_are_what_the_encoder_says():
    """l + d / (1 + d) at a distance d beyond a limit l, with the gradient 1 / (1 + d)^2, never 0."""
    inside, outside = [-30.0, -1.3, 0.0, 10.0], [-33.0, 14.0, 1e30]
    outputs = tf.constant([0.0] * 7 + inside + outside)[None]
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        _, log_variance = gaussian_codes.split(outputs)
    found = log_variance.numpy()[0]
    assert (found[:4] == np.array(inside, np.float32)).all()
    assert found[4:] == pytest.approx([-30.75, 10.8, 11.0])
    gradient = tape.gradient(log_variance, outputs).numpy()[0, 7:]
    assert (gradient[:4] == 1.0).all()
    assert gradient[4:6] == pytest.approx([1 / 16, 1 / 25])


def test_the_largest_output_of_an_encoder_has_a_finite_code_and_divergence():
    mean, log_variance = gaussian_codes.split(tf.constant([[1.0, 1e4], [1.0, -1e4]]))
    assert np.isfinite(gaussian_codes.sample(mean, log_variance, Noise(0, 0, 2))).all()
    assert np.isfinite(gaussian_codes.kl_to_prior(mean, log_variance))
