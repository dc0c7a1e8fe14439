"""What every model that generates draws after a short run on digits, measured: a minute each, `pytest -m slow`.

The baseline is a Gaussian with the mean and covariance of the real pixels: a linear model, and blurred.
"""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from ganae_cli.metrics.judged import judged_by_halves

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def baseline() -> dict[str, float]:
    digits = load_digits()
    pixels = digits.images.reshape(-1, 64) * (255 / 16)
    drawn = np.random.default_rng(0).multivariate_normal(pixels.mean(axis=0), np.cov(pixels.T), 2000)
    images, real = (np.rint(rows.clip(0, 255)).astype(np.uint8).reshape(-1, 8, 8, 1) for rows in (drawn, pixels))
    return judged_by_halves(images, real, digits.target)
