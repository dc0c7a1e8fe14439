"""Mixtures of Gaussians with known modes: their centres, spread and shares."""

import numpy as np
import pytest

from ganae_cli.datasets.points import grid, ring, spiral
from ganae_cli.errors import UserError


def test_ring_has_eight_distinct_centres():
    data = ring()
    assert data.modes.shape == (8, 2)
    distances = np.linalg.norm(data.modes[:, None] - data.modes[None], axis=-1) + 10 * np.eye(8)
    assert distances.min() == pytest.approx(2 * np.sin(np.pi / 8))  # neighbours, all alike: 0.7654
    np.testing.assert_allclose(data.modes[[0, 2, 5]], [[1, 0], [0, 1], [-(0.5**0.5), -(0.5**0.5)]], atol=1e-12)


def test_grid_has_25_centres():
    data = grid()
    assert {tuple(centre) for centre in data.modes} == {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}


@pytest.mark.parametrize(("dataset", "std"), [(ring, 0.01), (grid, 0.05)])
def test_points_scatter_around_the_centre_of_their_label(dataset, std):
    data = dataset()
    assert (data.kind, data.shape, data.mode_std) == ("points", (2,), std)
    for points, labels, count in [(data.train, data.train_labels, 100_000), (data.test, data.test_labels, 10_000)]:
        assert points.shape == (count, 2)
        assert (points.dtype, labels.dtype) == (np.float32, np.int64)
        errors = points - data.modes[labels]
        np.testing.assert_allclose(errors.std(axis=0), std, rtol=0.03)
        assert abs(errors.mean()) < 5 * std / (2 * count) ** 0.5
        share = np.bincount(labels, minlength=len(data.modes)) / count * len(data.modes)
        assert 0.8 < share.min() <= share.max() < 1.2


def test_points_follow_their_seed_and_test_points_are_others():
    first, again, other = ring(count=50), ring(count=50), ring(count=50, seed=1)
    assert (first.train == again.train).all()
    assert (first.train != other.train).any()
    assert (first.train_labels != first.test_labels[:50]).any()


def test_ring_options():
    data = ring(modes=3, radius=2.0, std=0.5, count=10)
    assert data.modes.shape == (3, 2)
    np.testing.assert_allclose(np.linalg.norm(data.modes, axis=1), 2.0)
    assert (data.mode_std, len(data.train), data.classes) == (0.5, 10, ("0", "1", "2"))
    assert grid(side=2, spacing=3.0).modes.tolist() == [[-1.5, -1.5], [-1.5, 1.5], [1.5, -1.5], [1.5, 1.5]]


def test_points_of_a_spiral_lie_around_their_arm():
    """Without noise, angle and radius belong together: a = 2 pi turns r / radius, and half a turn later on arm 1."""
    data = spiral(turns=1.5, radius=2.0, std=1e-6, count=4000)
    assert (data.kind, data.modes, data.classes) == ("points", None, ("0", "1"))
    for points, labels in ((data.train, data.train_labels), (data.test, data.test_labels)):
        r = np.hypot(*points.T)
        angles = 2 * np.pi * (1.5 * r / 2.0 + labels / 2)
        np.testing.assert_allclose(points, r[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1), atol=1e-4)
        assert np.mean(r < 1.0) == pytest.approx(0.25, abs=0.03)  # a quarter of the points on the first half of s
        assert np.mean(labels) == pytest.approx(0.5, abs=0.04)
    assert spiral(std=0.5, count=4000).train.std() > 1.1 * data.train.std()
    assert spiral(arms=3, count=4000).train_labels.max() == 2


@pytest.mark.parametrize("options", [{"arms": 0}, {"turns": 0.0}, {"radius": -1.0}, {"std": 0.0}, {"count": 0}])
def test_impossible_spirals_are_refused(options):
    (option,) = options
    with pytest.raises(UserError, match=f"dataset.{option} must be"):
        spiral(**options)


@pytest.mark.parametrize("options", [{"modes": 0}, {"std": 0.0}, {"std": -1.0}, {"count": 0}])
def test_impossible_mixtures_are_refused(options):
    (option,) = options
    with pytest.raises(UserError, match=f"dataset.{option} must be"):
        ring(**options)


@pytest.mark.parametrize(
    ("dataset", "option"),
    [(ring, {"count": 10**13}), (ring, {"modes": 10**13}), (grid, {"side": 10**7}), (grid, {"count": 10**20})],
)
def test_points_beyond_the_memory_are_refused(dataset, option):
    """From a run folder of somebody else they filled it."""
    with pytest.raises(UserError, match=f"^dataset.{next(iter(option))} asks for .* of memory, and .* free$"):
        dataset(**option)
