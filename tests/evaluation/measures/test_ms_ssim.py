"""MS-SSIM of pairs of samples, beside pairs of held-out images."""

import numpy as np
import pytest

from ganae_cli.metrics.distribution.ms_ssim import diversity


def test_it_is_that_of_pairs_of_samples(of_images, given, scores, made_of):
    rows = made_of.images(40, 5, low=100, high=120)
    subject = given(of_images, rows, seed=4)
    found = scores("ms_ssim", subject)["ms_ssim"]
    assert found.value == pytest.approx(diversity(subject.samples, seed=4).rows.mean())
    assert found.beside == pytest.approx(diversity(subject.rows.held_out, seed=4).rows.mean())
    assert (found.about["pairs"], found.about["scales"]) == (20, 1)


def test_one_image_again_and_again_is_one(of_images, given, scores):
    found = scores("ms_ssim", given(of_images, np.repeat(of_images.test[:1], 30, axis=0)))["ms_ssim"]
    assert found.value == pytest.approx(1)
    assert found.beside < 0.5


def test_points_are_refused(of_points, given, refusal, made_of):
    assert refusal("ms_ssim", given(of_points, made_of.points(30))) == "it compares images"
