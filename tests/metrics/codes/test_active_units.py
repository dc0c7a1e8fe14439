"""Active units and collapse of posteriors that are known; KL beside an integral."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from ganae_cli.metrics.codes.active_units import active_units, gaussian_kl, posterior_collapse

COUNT = 2000


@pytest.fixture(scope="module")
def posteriors():
    """Return means and log variances of a code of 6 dimensions: 2 informative, 1 for few inputs only, 3 collapsed."""
    random = np.random.default_rng(0)
    means, log_variances = np.zeros((COUNT, 6)), np.zeros((COUNT, 6))
    means[:, :2], log_variances[:, :2] = random.normal(0, 0.995, (COUNT, 2)), np.log(0.01)
    means[: COUNT // 20, 2] = 3.0  # 5 % of the inputs
    means[:, 3:] = 0.01 * random.normal(size=(COUNT, 3))
    return means, log_variances


def test_active_units(posteriors):
    found = active_units(posteriors[0])
    assert found.active == 3
    assert found.variances[2] == pytest.approx(9 * 0.05 * 0.95, rel=1e-3)  # of a number that is 3 with probability 0.05
    assert found.threshold == 0.01


def test_a_plain_autoencoder_has_a_scale_of_its_own(posteriors):
    means = 100 * posteriors[0]
    assert active_units(means).active == 6
    assert active_units(means, relative=True).active == active_units(1e-6 * means, relative=True).active == 3
    assert active_units(np.full((9, 4), 7.0), relative=True).active == 0


@pytest.mark.parametrize(("mean", "log_variance"), [(0.0, 0.0), (1.5, -2.0), (-0.3, 1.0)])
def test_kl_is_its_integral(mean, log_variance):
    q = norm(mean, np.exp(log_variance / 2))
    expected, _ = quad(lambda x: q.pdf(x) * (q.logpdf(x) - norm.logpdf(x)), mean - 20, mean + 20, limit=200)
    found = gaussian_kl(np.array([[mean]], np.float32), np.array([[log_variance]], np.float32))
    assert found[0, 0] == pytest.approx(expected, abs=1e-6)


def test_a_dimension_collapses_if_all_but_delta_of_the_inputs_tell_nothing(posteriors):
    kl = gaussian_kl(*posteriors)
    found = posterior_collapse(kl)
    assert found.dimensions.tolist() == [False, False, False, True, True, True]
    assert found.share == 0.5
    assert posterior_collapse(kl, delta=0.06).dimensions.tolist() == [False, False, True, True, True, True]
    assert found.level[2] == pytest.approx(4.5)  # ½ 3²
    assert (found.level[3:] < 0.01).all()
    assert posterior_collapse(kl, epsilon=100).share == 1


def test_the_level_is_the_smallest_epsilon_that_collapses():
    kl = np.random.default_rng(1).random((250, 7))
    level = posterior_collapse(kl, delta=0.1).level
    assert posterior_collapse(kl, epsilon=level.max() * (1 + 1e-9), delta=0.1).dimensions.all()
    assert not posterior_collapse(kl, epsilon=level.min(), delta=0.1).dimensions.any()
