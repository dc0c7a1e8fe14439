"""Codes from a known mixture of Gaussians, which densities are fitted to."""

from dataclasses import dataclass

import numpy as np
import pytest


@dataclass(frozen=True)
class Mixture:
    """Codes (20,000, 3) of three Gaussians with one covariance, MIX MIX^T; the second number has another scale."""

    codes: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    mix: np.ndarray  # lower triangular


@pytest.fixture(scope="session")
def mixture() -> Mixture:
    means = np.array([[0.0, 0.0, 0.0], [10.0, 0.0, 0.0], [0.0, 200.0, 0.0]])
    weights = np.array([0.5, 0.3, 0.2])
    mix = np.array([[1.0, 0.0, 0.0], [0.5, 30.0, 0.0], [-0.3, 5.0, 0.7]])
    random = np.random.default_rng(0)
    chosen = random.choice(3, 20_000, p=weights)
    codes = (means[chosen] + random.normal(size=(20_000, 3)) @ mix.T).astype(np.float32)
    return Mixture(codes, weights, means, mix)
