"""Clipped density and coverage: the formulas, their calibration, and the paper's tests of what a score means."""

import numpy as np
import pytest
from scipy.stats import betabinom

from ganae_cli.metrics.distribution.clipped import clipped_coverage, clipped_density, estimates, expected_rows
from ganae_cli.metrics.distribution.neighbourhoods import compare


def normal(rng, count, dimensions=8):
    return rng.normal(size=(count, dimensions)).astype(np.float32)


def scores(real, samples):
    return {name: one.value for name, one in estimates(compare(real, samples)).items()}


def mean_scores(draw, times=8):
    found = [scores(*draw()) for _ in range(times)]
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_it_is_the_formula(rng):
    real, samples = normal(rng, 150, 3).astype(float), normal(rng, 100, 3) * 1.2
    own = np.linalg.norm(real[:, None] - real[None], axis=2)
    across = np.linalg.norm(real[:, None] - samples[None].astype(float), axis=2)
    radii = np.sort(own, axis=1)[:, 5]
    clipped = np.minimum(radii, np.median(radii))[:, None]
    perfect = np.minimum(((own <= clipped).sum(axis=0) - 1) / 5, 1).mean()
    found = compare(real, samples)
    assert clipped_density(found).perfect == pytest.approx(perfect, abs=1e-12)
    expected = np.minimum((across <= clipped).sum(axis=0) / 5, 1) / perfect
    assert clipped_density(found).rows == pytest.approx(expected, abs=1e-12)
    assert estimates(found)["clipped_density"].value == pytest.approx(min(1, expected.mean()), abs=1e-12)
    coverage = np.minimum((across < radii[:, None]).sum(axis=1) / 5, 1)
    assert clipped_coverage(found).rows == pytest.approx(coverage, abs=1e-12)


@pytest.mark.parametrize(("real", "samples", "k"), [(50, 40, 5), (20, 60, 3), (7, 9, 6)])
def test_the_calibration_is_the_mean_of_a_beta_binomial(real, samples, k):
    expected = [sum(min(j, k) / k * betabinom.pmf(j, m, k, real - k) for j in range(m + 1)) for m in range(samples + 1)]
    assert expected_rows(real, samples, k) == pytest.approx(expected, abs=1e-12)


def test_the_calibration_is_what_perfect_samples_score(rng):
    """Of 40 samples 10, 20 or 40 are perfect, and the others far away."""
    for perfect in (10, 20, 40):
        found = []
        for _ in range(150):
            real, samples = normal(rng, 60, 3), normal(rng, 40, 3)
            samples[perfect:] += 1000
            found.append(clipped_coverage(compare(real, samples)).rows.mean())
        assert np.mean(found) == pytest.approx(expected_rows(60, 40, 5)[perfect], abs=0.01)


def test_a_million_samples_do_not_overflow():
    """In the limit of many rows, of which as many are perfect as are real, j is negative binomial: 0.75390625."""
    found = expected_rows(1_000_000, 1_000_000, 5)
    assert found[-1] == pytest.approx(0.75390625, abs=1e-5)
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_scores_fall_with_the_share_of_bad_samples(rng, share):
    """Figure 4 a of the paper: bad samples are far from the data. Both scores read as the share of good ones."""

    def draw():
        samples = normal(rng, 500)
        samples[: int(share * 500)] = 30 + normal(rng, int(share * 500))
        return normal(rng, 500), samples

    found = mean_scores(draw)
    assert found["clipped_density"] == pytest.approx(1 - share, abs=0.05)
    assert found["clipped_coverage"] == pytest.approx(1 - share, abs=0.05)


@pytest.mark.parametrize("kept", [1.0, 0.5, 0.0])
def test_coverage_falls_with_the_modes_that_are_missed(rng, kept):
    """Figure 4 b: of ten modes, nine lose samples to the first. Density stays, coverage goes to a tenth."""

    def draw():
        centres = 50 * np.arange(10, dtype=np.float32)[:, None]
        real, samples = (normal(rng, 1000) + np.repeat(centres, 100, axis=0) for _ in range(2))
        lost = np.arange(1000) % 100 >= kept * 100
        samples[lost] = normal(rng, int(lost.sum()))
        return real, samples

    found = mean_scores(draw, times=3)
    assert found["clipped_density"] == pytest.approx(1, abs=0.06)
    assert found["clipped_coverage"] == pytest.approx((9 * kept + 1) / 10, abs=0.05)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4])
def test_samples_with_the_outliers_of_the_data_are_perfect(rng, share):
    """Figure 4 c: as many rows far from all others among the real as among the samples: as good as real rows."""

    def draw():
        real, samples = normal(rng, 500), normal(rng, 500)
        real[: int(share * 500)] *= 300
        samples[: int(share * 500)] *= 300
        return real, samples

    found = mean_scores(draw)
    assert found["clipped_density"] == pytest.approx(1, abs=0.05)
    assert found["clipped_coverage"] == pytest.approx(1, abs=0.05)


def test_translation_is_seen_in_spite_of_outliers(rng):
    """Figure 4 d: one real row and one sample lie elsewhere, and the samples move away: both scores fall to 0."""

    def moved(by):
        def draw():
            real, samples = normal(rng, 300, 16), normal(rng, 300, 16) + np.float32(by)
            real[0], samples[0] = 30, -30
            return real, samples

        return mean_scores(draw, times=4)

    at = [moved(by) for by in (0.0, 0.5, 1.5)]
    for name in ("clipped_density", "clipped_coverage"):
        assert at[0][name] == pytest.approx(1, abs=0.06)
        assert at[2][name] < 0.05
    assert at[1]["clipped_coverage"] < 0.8


def test_the_intervals_hold_the_mean_of_many_draws(rng):
    real = normal(rng, 300, 3)
    found = [estimates(compare(real, normal(rng, 200, 3) * np.float32(1.5))) for _ in range(100)]
    for name in ("clipped_density", "clipped_coverage"):
        mean = np.mean([one[name].value for one in found])
        assert 0.2 < mean < 0.9
        assert np.mean([one[name].low <= mean <= one[name].high for one in found]) >= 0.9
        spread = np.std([one[name].value for one in found])
        assert np.mean([one[name].high - one[name].low for one in found]) < 2.5 * 3.92 * spread
