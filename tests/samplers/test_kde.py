"""The kernel density estimate: its kernel, and the codes that it keeps."""

import numpy as np
import pytest

from ganae_cli.samplers.kde import KDE


def test_the_kernel_by_hand():
    """32 codes of one number, -1 and 1: variance 1, and h = 32^(-1 / 5) = 1/2."""
    found = KDE().fit(np.array([[-1.0], [1.0]] * 16, np.float32))
    assert found["cholesky"].ravel().tolist() == pytest.approx([0.5], rel=1e-5)


def test_a_kernel_estimate_keeps_the_codes(mixture):
    found = KDE().fit(mixture.codes[:300])
    assert np.array_equal(found["codes"], mixture.codes[:300])
    lower = found["cholesky"]
    expected = 300 ** (-2 / 7) * np.cov(mixture.codes[:300].T.astype(np.float64))
    np.testing.assert_allclose(lower @ lower.T, expected, rtol=0.01, atol=0.004 * np.abs(expected).max())
