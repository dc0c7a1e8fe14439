"""Counts of directions, of codes whose spectrum is known."""

import numpy as np
import pytest

from ganae_cli.metrics.codes.rank import rank


def with_spectrum(deviations, count=500, dimensions=12, seed=0):
    """Return codes of exactly these standard deviations along random directions, and a mean far from 0."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, len(deviations)))
    rows -= rows.mean(axis=0)
    rows, _ = np.linalg.qr(rows)
    rotation, _ = np.linalg.qr(random.normal(size=(dimensions, dimensions)))
    return rows * np.array(deviations) * np.sqrt(count - 1) @ rotation[: len(deviations)] + 5


@pytest.mark.parametrize("directions", [1, 3, 12])
def test_a_flat_spectrum_of_r_directions_counts_r(directions):
    found = rank(with_spectrum([0.7] * directions))
    assert found[:3] == pytest.approx([directions] * 3, rel=1e-6)
    assert found.components_99 == directions
    assert found.spectrum[:directions] == pytest.approx([0.7] * directions)
    assert found.spectrum[directions:] == pytest.approx(0, abs=1e-6)


def test_an_uneven_spectrum_is_counted_as_the_papers_say():
    """Of σ = 4, 2, 1, 1: p = 1/2, 1/4, 1/8, 1/8 has the entropy 7/4 ln 2; λ = 16, 4, 1, 1 sums to 22."""
    found = rank(with_spectrum([4, 2, 1, 1]))
    assert found.effective_rank == pytest.approx(2**1.75)
    assert found.participation_ratio == pytest.approx(22**2 / (256 + 16 + 2))
    assert found.stable_rank == pytest.approx(22 / 16)
    assert (found.components_95, found.components_99) == (3, 4)  # 20/22 = 0.909, 21/22 = 0.955


def test_it_is_the_entropy_of_singular_values_by_scipy():
    codes = np.random.default_rng(1).normal(size=(300, 20)) * np.arange(1, 21)
    from scipy.stats import entropy

    singular = np.linalg.svd(codes - codes.mean(axis=0), compute_uv=False)
    assert rank(codes).effective_rank == pytest.approx(np.exp(entropy(singular)), rel=1e-9)


@pytest.mark.parametrize("scale", [1e-6, 1e5])
def test_neither_scale_nor_rotation_nor_place_matter(scale):
    codes = with_spectrum([3, 1, 0.5])
    rotation, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(12, 12)))
    assert rank(scale * codes @ rotation - 3)[:5] == pytest.approx(rank(codes)[:5], rel=1e-6)


def test_codes_that_are_all_alike_have_no_direction():
    assert rank(np.full((50, 4), 0.3, np.float32))[:5] == (0, 0, 0, 0, 0)


def test_single_precision_adds_no_directions():
    """Codes of rank 2 rounded to single precision have 10 more directions of 1e-7; they do not count for anything."""
    found = rank(with_spectrum([1, 1]).astype(np.float32))
    assert found.effective_rank == pytest.approx(2, abs=1e-4)
    assert found.components_99 == 2
