"""Robustness: of codes that move by a known distance, and of reconstructions that remove a known part of the noise."""

import numpy as np
import pytest

from ganae_cli.metrics.codes.robustness import code_displacement, reconstruction_robustness, with_noise


@pytest.fixture(scope="module")
def inputs():
    return np.random.default_rng(0).normal(size=(2000, 20)).astype(np.float32)


def test_displacement_of_a_linear_code_is_that_of_the_noise(inputs):
    """Noise of 0.1 beside data of 1 moves codes by a tenth of their distance, over √2, whatever their scale."""
    noisy = with_noise(inputs, 0.1)
    assert np.mean(noisy - inputs) == pytest.approx(0, abs=0.002)
    assert np.std(noisy - inputs) == pytest.approx(0.1, rel=0.02)
    found = code_displacement(7 * inputs, 7 * noisy)
    assert np.sqrt(np.mean(found**2)) == pytest.approx(0.1 / np.sqrt(2), rel=0.02)
    assert code_displacement(inputs, inputs).max() == 0


def test_codes_that_are_all_alike():
    found = code_displacement(np.ones((3, 2)), np.array([[1.0, 1.0], [1.0, 1.5], [1.0, 1.0]]))
    assert found.tolist() == [0, np.inf, 0]


@pytest.mark.parametrize("passed", [0.0, 0.5, 1.0])
def test_the_part_of_the_noise_that_comes_through(inputs, passed):
    """A denoiser passes that part of the noise on, and errs by 0.2 of its own: kept is the squared part."""
    noisy = with_noise(inputs, 0.5)
    own = 0.2 * np.random.default_rng(1).choice([-1, 1], inputs.shape)
    found = reconstruction_robustness(inputs, noisy, inputs + own, inputs + own + passed * (noisy - inputs))
    assert found.clean == pytest.approx(np.full(2000, 0.04), rel=1e-4)
    assert found.input.mean() == pytest.approx(0.25, rel=0.02)
    assert found.kept == pytest.approx(passed**2, abs=0.01)
    assert found.added == pytest.approx(found.noisy - found.clean)


def test_images_stay_images_and_more_noise_is_the_same_noise():
    images = np.full((4, 8, 8, 1), 128, np.uint8)
    little, more = with_noise(images, 5), with_noise(images, 10)
    assert little.dtype == np.uint8
    assert np.corrcoef(little.ravel(), more.ravel())[0, 1] > 0.99
    much = with_noise(images, 2000)  # a twentieth stays within 0 … 255
    assert np.mean(much == 0) == pytest.approx(0.475, abs=0.08)
    assert np.mean(much == 255) == pytest.approx(0.475, abs=0.08)
    assert reconstruction_robustness(images, images, images, images).kept is None
    bright = np.full_like(images, 255)
    found = reconstruction_robustness(images, bright, images, bright)
    assert found.input.tolist() == found.noisy.tolist() == [127.0**2] * 4  # differences of uint8 do not wrap
    assert found.kept == 1
