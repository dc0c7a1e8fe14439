"""Datasets that need no file: scikit-learn's digits, and mixtures of Gaussians with known modes."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from ganae_cli.datasets.base import Data, resize
from ganae_cli.datasets.digits import digits
from ganae_cli.datasets.points import grid, ring
from ganae_cli.errors import UserError


def test_digits():
    data = digits()
    assert (data.kind, data.shape) == ("images", (8, 8, 1))
    assert (data.train.shape, data.test.shape) == ((1498, 8, 8, 1), (299, 8, 8, 1))
    assert (data.train.dtype, data.train_labels.dtype) == (np.uint8, np.int64)
    assert np.unique(data.train).tolist() == [round(v * 255 / 16) for v in range(17)]
    bunch = load_digits()
    for i, image in [(5, data.test[0]), (11, data.test[1]), (0, data.train[0]), (6, data.train[5])]:
        assert (image[..., 0] == np.round(bunch.images[i] * 255 / 16)).all()
    assert (data.test_labels == bunch.target[5::6]).all()
    assert np.bincount(data.test_labels).min() >= 25


def test_digits_at_another_size():
    assert digits(image_size=[12, 10]).shape == (12, 10, 1)


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
    assert (data.mode_std, len(data.train)) == (0.5, 10)
    assert grid(side=2, spacing=3.0).modes.tolist() == [[-1.5, -1.5], [-1.5, 1.5], [1.5, -1.5], [1.5, 1.5]]


@pytest.mark.parametrize("options", [{"modes": 0}, {"std": 0.0}, {"std": -1.0}, {"count": 0}])
def test_impossible_mixtures_are_refused(options):
    (option,) = options
    with pytest.raises(UserError, match=f"dataset.{option} must be"):
        ring(**options)


def test_first_keeps_rows_and_labels_together():
    data, few = ring(count=50), ring(count=50).first(7)
    assert (few.train == data.train[:7]).all()
    assert (few.train_labels == data.train_labels[:7]).all()
    assert (few.test == data.test).all()


def test_resize_by_hand():
    """Two halves, black and white: shrinking averages, and flat areas stay as they are."""
    image = np.zeros((1, 8, 8, 2), np.uint8)
    image[:, :, 4:, 0], image[..., 1] = 200, 77
    small = resize(image, 2)
    assert small.shape == (1, 2, 2, 2)
    assert (small[0, :, 0, 0] < 30).all()
    assert (small[0, :, 1, 0] > 170).all()
    assert (small[..., 1] == 77).all()
    assert resize(image, [3, 5]).shape == (1, 3, 5, 2)
    assert resize(image, None) is image


@pytest.mark.parametrize("image_size", [0, -8, [8], [8, 8, 1], [8, 0], True, [8.5, 8]])
def test_impossible_sizes_are_refused(image_size):
    with pytest.raises(UserError, match=r"dataset\.image_size must be null, a whole number or"):
        resize(np.zeros((1, 8, 8, 1), np.uint8), image_size)


@pytest.mark.parametrize(
    ("train", "labels"),
    [
        (np.zeros((4, 8, 8), np.uint8), None),
        (np.zeros((4, 8, 8, 1), np.float32), None),
        (np.zeros((0, 2), np.float32), None),
        (np.zeros((4, 2), np.float32), np.zeros(3, np.int64)),
        (np.zeros((4, 2), np.float32), np.zeros(4, np.int32)),
    ],
)
def test_data_of_another_kind_is_a_mistake_in_the_dataset(train, labels):
    with pytest.raises(ValueError, match="dataset 'x'"):
        Data("x", train, train, labels)
