"""SSIM, beside a transcription with SciPy's filters, and of images whose score is known."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from ganae_cli.datasets.digits import digits
from ganae_cli.metrics import ssim as module
from ganae_cli.metrics.ssim import similarity, ssim


def transcription(a, b, data_range=255.0):
    """Return SSIM of two images of one channel (H, W), H and W at least 11: the formula as scikit-image writes it.

    SciPy's Gaussian of 1.5 pixels is cut at 3.5 of them, after 5 pixels; where it leaves the image does not count.
    """

    def blur(x):
        return gaussian_filter(x, 1.5, truncate=3.5)

    a, b = a.astype(np.float64), b.astype(np.float64)
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    va, vb, cov = blur(a * a) - blur(a) ** 2, blur(b * b) - blur(b) ** 2, blur(a * b) - blur(a) * blur(b)
    scores = (2 * blur(a) * blur(b) + c1) * (2 * cov + c2) / ((blur(a) ** 2 + blur(b) ** 2 + c1) * (va + vb + c2))
    return scores[5:-5, 5:-5].mean()


@pytest.fixture
def pair():
    """Return six images 28 × 20 of three channels, and the same with noise."""
    rng = np.random.default_rng(0)
    smooth = gaussian_filter(rng.normal(0, 400, (6, 28, 20, 3)), (0, 2, 2, 0)) + 128
    noisy = smooth + rng.normal(0, 30, smooth.shape)
    return tuple(x.clip(0, 255).astype(np.uint8) for x in (smooth, noisy))


def test_it_is_the_formula_of_the_paper(pair):
    images, others = pair
    expected = [np.mean([transcription(a[..., c], b[..., c]) for c in range(3)]) for a, b in zip(*pair, strict=True)]
    assert min(expected) < 0.8, "the images are too alike to tell right from wrong"
    assert ssim(images, others) == pytest.approx(expected, abs=1e-9)


def test_it_is_what_scikit_image_computes(pair):
    metrics = pytest.importorskip("skimage.metrics")
    window = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    expected = [
        metrics.structural_similarity(a, b, data_range=255, channel_axis=2, **window)
        for a, b in zip(*pair, strict=True)
    ]
    assert ssim(*pair) == pytest.approx(expected, abs=1e-9)


def test_the_unit_does_not_matter_if_the_data_range_tells_it(pair):
    scaled = [x / 127.5 - 1 + 1 for x in pair]
    assert ssim(*scaled, data_range=2.0) == pytest.approx(ssim(*pair), abs=1e-9)


def test_blocks_do_not_matter(pair, monkeypatch):
    expected = ssim(*pair)
    monkeypatch.setattr(module, "BLOCK_NUMBERS", 4 * 28 * 20 * 3)  # four images, then two
    assert ssim(*pair).tolist() == expected.tolist()


def test_an_image_and_its_negative_are_opposite():
    """Of values that are symmetric about 0, luminance is that of equal images and structure the opposite."""
    waves = np.broadcast_to(np.cos(np.pi * np.arange(24))[:, None], (24, 24))[None, :, :, None]
    found = similarity(waves, -waves, data_range=2.0)
    assert found.contrast[0, 0] == pytest.approx(-0.996, abs=2e-3)  # -(2 - 0.0036) / (2 + 0.0036)
    assert ssim(waves, waves, data_range=2.0).tolist() == [1.0]


def test_small_images_have_a_smaller_window():
    """8 × 8 digits: 7 × 7 pixels in four places; noise makes them less alike. A single pixel has luminance alone."""
    images = digits().test[:50]
    noisy = (images + np.random.default_rng(0).normal(0, 60, images.shape)).clip(0, 255).astype(np.uint8)
    assert module._windows(8).shape == (2, 8)
    assert ssim(images, images).tolist() == [1.0] * 50
    assert 0.7 < ssim(images, noisy).mean() < 0.95
    pixel = np.array([100.0, 200.0]).reshape(2, 1, 1, 1)
    assert ssim(pixel, pixel[::-1]) == pytest.approx([0.800026] * 2, abs=1e-6)


def test_images_of_two_shapes_are_refused(pair):
    with pytest.raises(ValueError, match=r"one shape .* not \(6, 28, 20, 3\) with \(6, 28, 20, 1\)"):
        ssim(pair[0], pair[1][..., :1])


def test_no_images_have_no_scores():
    assert ssim(np.zeros((0, 28, 28, 1)), np.zeros((0, 28, 28, 1))).shape == (0,)
