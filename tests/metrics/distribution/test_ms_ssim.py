"""MS-SSIM beside a transcription with SciPy's filters, and the diversity of known sets."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, uniform_filter

from ganae_cli.metrics.distribution.ms_ssim import WEIGHTS, diversity, ms_ssim, scales
from ganae_cli.metrics.ssim import ssim


def factors(a, b):
    """Return SSIM and its factor of contrast and structure, of two images of one channel, by SciPy's Gaussian."""

    def blur(x):
        return gaussian_filter(x, 1.5, truncate=3.5)[5:-5, 5:-5]

    c1, c2 = 2.55**2, 7.65**2
    contrast = (2 * (blur(a * b) - blur(a) * blur(b)) + c2) / (
        blur(a * a) - blur(a) ** 2 + blur(b * b) - blur(b) ** 2 + c2
    )
    luminance = (2 * blur(a) * blur(b) + c1) / (blur(a) ** 2 + blur(b) ** 2 + c1)
    return (luminance * contrast).mean(), contrast.mean()


def transcription(a, b, count):
    """Return equation 7 for one channel: halves by SciPy's box of 2 × 2, which looks back by one pixel."""
    score, weights = 1.0, np.array(WEIGHTS[:count]) / sum(WEIGHTS[:count])
    for scale, weight in enumerate(weights):
        score *= max(0.0, factors(a, b)[0 if scale == count - 1 else 1]) ** weight
        a, b = (uniform_filter(x, 2)[1::2, 1::2] for x in (a, b))
    return score


def images(count, side, channels=1):
    rng = np.random.default_rng(0)
    smooth = gaussian_filter(rng.normal(0, 600, (count, side, side, channels)), (0, 2, 2, 0)) + 128
    return smooth.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(("side", "count"), [(28, 2), (64, 3), (180, 5)])
def test_it_is_the_formula(side, count):
    a = images(3, side, 2)
    b = (a + np.random.default_rng(1).normal(0, 60, a.shape)).clip(0, 255).astype(np.uint8)
    found = ms_ssim(a, b)
    pairs = zip(a.astype(np.float64), b.astype(np.float64), strict=True)
    expected = [np.mean([transcription(x[..., c], y[..., c], count) for c in range(2)]) for x, y in pairs]
    assert found.scales == count
    assert max(expected) < 0.95
    assert found.rows == pytest.approx(expected, abs=1e-9)


def test_a_single_scale_is_ssim():
    a = images(5, 16)
    assert ms_ssim(a, a[::-1]).rows == pytest.approx(np.maximum(ssim(a, a[::-1]), 0), abs=1e-12)
    assert scales(16, 200) == 1
    assert scales(8, 8) == 1


def test_opposite_structure_counts_as_none():
    """Their SSIM is negative, which has no root."""
    a = images(1, 28)
    assert ms_ssim(a, 255 - a).rows.tolist() == [0]


def test_diversity_of_copies_and_of_others():
    """All alike: 1. Two images, each half of the time: in half of the pairs 1. All different: far less."""
    few, many = images(2, 28), images(200, 28)
    assert diversity(np.repeat(few[:1], 40, axis=0)).estimate() == pytest.approx((1, 1, 1))
    other = ms_ssim(few[:1], few[1:]).rows[0]
    found = diversity(np.repeat(few, 500, axis=0)).rows
    assert set(found.round(9)) == {1.0, round(float(other), 9)}
    assert np.mean(found == found.max()) == pytest.approx(0.5, abs=0.1)
    assert diversity(many).estimate().high < 0.4


def test_each_image_is_in_one_pair():
    """Constant images of the values 0 … 200 have the score of their luminance, which tells the pairs."""
    values = np.arange(201)
    found = diversity(np.broadcast_to(values[:, None, None, None], (201, 12, 12, 1)))
    assert len(found.rows) == 100
    order = np.random.default_rng(0).permutation(201)[:200]
    a, b = order[::2].astype(float), order[1::2].astype(float)
    assert found.rows == pytest.approx((2 * a * b + 2.55**2) / (a**2 + b**2 + 2.55**2))
    assert len(diversity(images(50, 12), most=7).rows) == 7
    assert diversity(images(50, 12), seed=1).rows.tolist() != diversity(images(50, 12)).rows.tolist()


def test_one_image_has_no_pair():
    with pytest.raises(ValueError, match="a pair takes two images, not 1"):
        diversity(images(1, 12))


def test_progress_rises_to_1():
    told: list[float] = []
    diversity(images(90, 12), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
