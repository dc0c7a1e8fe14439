"""KID beside a transcription of its formula, and its standard error beside many draws."""

import tracemalloc

import numpy as np
import pytest
from sklearn.metrics.pairwise import polynomial_kernel

from ganae_cli.metrics.distribution import kernel_distance as module
from ganae_cli.metrics.distribution.kernel_distance import kid, within


def by_formula(real, samples):
    """Return equation 3 of Gretton et al. 2012 in double precision, all pairs at once, and the mean of the kernel."""
    x, y = real.astype(np.float64), samples.astype(np.float64)
    xx, yy, xy = (polynomial_kernel(a, b, degree=3, coef0=1) for a, b in ((x, x), (y, y), (x, y)))
    n, m = len(x), len(y)
    inside = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return inside - 2 * xy.mean(), xy.mean()


def rows(seed, count, dimensions, shift=0.0):
    return np.random.default_rng(seed).exponential(size=(count, dimensions)).astype(np.float32) + np.float32(shift)


@pytest.mark.parametrize(("n", "m"), [(130, 300), (300, 130), (4, 4)])
@pytest.mark.parametrize("dimensions", [3, 700])
@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_it_is_the_formula(monkeypatch, n, m, dimensions, shift):
    """Of long rows in single precision, too, to 1e-6 of the kernel's size; blocks that do not divide the rows."""
    monkeypatch.setattr(module, "BLOCK", 64)
    real, samples = rows(0, n, dimensions), rows(1, m, dimensions, shift)
    expected, size = by_formula(real, samples)
    assert kid(real, samples).value == pytest.approx(expected, abs=1e-6 * max(1.0, size), rel=1e-6)


def test_by_hand():
    """One number, real rows 0 and samples 1: k is 1 among the real, 8 among the samples, 1 between: 1 + 8 - 2."""
    assert kid(np.zeros((5, 1)), np.ones((7, 1))) == pytest.approx((7.0, 0.0), abs=1e-12)


def test_the_variance_is_that_of_its_parts(monkeypatch):
    """The decomposition written out with all pairs, for the parts that are estimated."""
    monkeypatch.setattr(module, "BLOCK", 16)
    x = rows(0, 40, 3).astype(np.float64)
    kernel = polynomial_kernel(x, x, degree=3, coef0=1)
    found = within(x.astype(np.float32))
    is_pair = ~np.eye(40, dtype=bool)
    expected = found.of_rows * (2 - 4 / 40) + found.rest * (1 - 2 / (40 * 39))
    assert expected == pytest.approx(kernel[is_pair].var(), rel=1e-5)
    y = rows(1, 30, 3).astype(np.float64)
    kernel = polynomial_kernel(x, y, degree=3, coef0=1)
    between = module._between(x.astype(np.float32), y.astype(np.float32), lambda share: None)
    expected = between.of_rows * (1 - 1 / 40) + between.of_columns * (1 - 1 / 30) + between.rest * (1 - 1 / 1200)
    assert expected == pytest.approx(kernel.var(), rel=1e-5)
    other = within(y.astype(np.float32))
    slopes = found.slope(between.rows, between.of_rows), other.slope(between.columns, between.of_columns)
    expected = 4 * max(0, slopes[0]) / 40 + 4 * max(0, slopes[1]) / 30
    expected += found.rest / (20 * 39) + other.rest / (15 * 29) + 4 * between.rest / 1200
    assert kid(x.astype(np.float32), y.astype(np.float32)).error ** 2 == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("shift", "n", "m"), [(0.0, 60, 60), (0.3, 60, 60), (0.3, 40, 120)])
def test_its_mean_and_its_error_are_those_of_many_draws(shift, n, m):
    """Equal distributions score 0 on average. Their error is too large by what is estimated below 0, and cut off."""
    rng = np.random.default_rng(2)
    found = [kid(rng.normal(size=(n, 16)), rng.normal(size=(m, 16)) + shift) for _ in range(400)]
    values, errors = np.array(found).T
    spread = values.std()
    expected = 0.0 if shift == 0 else by_formula(rng.normal(size=(3000, 16)), rng.normal(size=(3000, 16)) + shift)[0]
    assert values.mean() == pytest.approx(expected, abs=4 * spread / 20)
    assert (errors**2).mean() ** 0.5 == pytest.approx(spread, rel=0.12 if shift else 0.35)
    held = np.mean(np.abs(values - values.mean()) < 1.96 * errors)
    assert 0.88 < held <= 1


def test_memory_is_that_of_blocks():
    """5,000 rows have 25 million pairs, 200 MB in double precision."""
    real = rows(0, 5000, 8)
    tracemalloc.start()
    kid(real, real)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40e6


def test_what_has_no_error_is_refused():
    with pytest.raises(ValueError, match=r"at least 4 each, not \(3, 2\) and \(9, 2\)"):
        kid(np.zeros((3, 2)), np.zeros((9, 2)))
    with pytest.raises(ValueError, match=r"not \(9, 3\) and \(9, 2\)"):
        kid(np.zeros((9, 3)), np.zeros((9, 2)))
    with pytest.raises(ValueError, match="not finite"):
        kid(np.zeros((9, 3)), np.full((9, 3), np.nan))


def test_progress_rises_to_1(monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 16)
    told: list[float] = []
    kid(rows(0, 100, 3), rows(0, 70, 3), told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_the_interval_reaches_below_0():
    """Equal distributions are within it."""
    found = kid(rows(0, 300, 16), rows(1, 300, 16)).estimate()
    assert found.low < 0 < found.high


def test_what_is_known_of_real_rows_need_not_be_computed_again():
    """It is taken as it is: of other rows, the number is another one."""
    real, samples, shares = rows(0, 50, 3), rows(1, 40, 3, 0.3), []
    expected = kid(real, samples)
    assert kid(real, samples, shares.append, within(real)) == expected
    assert kid(real, samples, known=within(real * 2)).value > expected.value + 1
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] == 1
