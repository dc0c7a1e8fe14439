"""Errors of reconstructions beside hand-worked numbers, scikit-learn and a plain reading of the formulas."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error

from ganae_cli.metrics import reconstruction as module
from ganae_cli.metrics.reconstruction import image_errors, point_errors, psnr
from ganae_cli.metrics.ssim import ssim


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(0)
    clean = random.integers(0, 256, (50, 8, 12, 3)).astype(np.uint8)
    return clean, random.integers(0, 256, clean.shape).astype(np.uint8)


@pytest.mark.parametrize("numbers", [2_000_000, 1000])
def test_images_one_by_one(images, monkeypatch, numbers):
    """Unsigned numbers do not wrap, and blocks of 3 images are in the right order."""
    monkeypatch.setattr(module, "BLOCK_NUMBERS", numbers)
    shares = []
    found = image_errors(*images, progress=shares.append)
    for i in (0, 3, 49):
        x, y = (given[i].astype(float) for given in images)
        assert found.mse[i] == pytest.approx(np.mean((x - y) ** 2) / 65025)
        assert found.psnr[i] == pytest.approx(20 * np.log10(255) - 10 * np.log10(np.mean((x - y) ** 2)))
    assert found.ssim == pytest.approx(ssim(*images))
    assert shares[-1] == 1
    assert len(shares) == (1 if numbers > 1000 else 17)


def test_an_exact_reconstruction_has_the_psnr_of_rounding(images):
    """Real numbers rounded to whole levels err by 1/12 on average; nothing in 8 bits is nearer than that."""
    found = image_errors(images[0], images[0])
    assert found.mse.max() == 0
    assert found.ssim.min() == pytest.approx(1)
    assert found.psnr == pytest.approx(np.full(50, 58.9226), abs=1e-3)
    exact = np.random.default_rng(1).uniform(10, 245, (20, 32, 32, 1))
    assert image_errors(exact, np.rint(exact)).mse.mean() * 255**2 == pytest.approx(1 / 12, rel=0.02)


def test_the_mean_of_psnrs_is_not_that_of_the_mean_error():
    """One exact image does not decide the mean, nor is it infinite; 20 and 40 dB have the mean 30, not 22.97."""
    errors = np.array([1e-2, 1e-4])
    assert psnr(errors).mean() == pytest.approx(30)
    assert psnr(errors.mean()) == pytest.approx(22.967, abs=1e-3)


def test_points_as_scikit_learn_says():
    random = np.random.default_rng(2)
    x, y = random.normal(size=(100, 2)), random.normal(size=(100, 2))
    found = point_errors(x, y)
    assert found.mse.mean() == pytest.approx(mean_squared_error(x, y))
    assert found.mae.mean() == pytest.approx(mean_absolute_error(x, y))
    assert found.mse[7] == pytest.approx(((x[7] - y[7]) ** 2).sum() / 2)


def test_shapes_that_do_not_match_are_refused(images):
    with pytest.raises(ValueError, match="of two shapes"):
        point_errors(np.zeros((3, 2)), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="their reconstructions"):
        image_errors(images[0], images[1][:, :, :, :1])
