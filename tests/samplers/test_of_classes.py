"""A density of codes for each class: what it is fitted to, rare classes, draws, and what a file may hold of it."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.engine.condition import Condition
from ganae_cli.errors import UserError
from ganae_cli.samplers import fitted, of_classes
from ganae_cli.samplers.gaussian import Gaussian

CLASSES = ("cat", "dog", "owl", "yak")
COUNTS = (40, 10, 9, 0)  # of which 10 are enough for codes of four numbers


class Line:
    """A conditional game of points, whose codes are the points."""

    z_dim, noise_dim, shape, encodes, condition = 4, 1, (4,), True, Condition("concat", CLASSES)

    def encode(self, x):
        return Values(x)

    def join(self, z, noise):
        return z


class Values(np.ndarray):
    def __new__(cls, values):
        return np.asarray(values).view(cls)

    def numpy(self):
        return np.asarray(self)


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    rows = [random.normal(100 * label, 1 + label, (count, 4)) for label, count in enumerate(COUNTS)]
    labels = np.repeat(np.arange(4), COUNTS)
    order = random.permutation(len(labels))
    rows = np.concatenate(rows).astype(np.float32)[order]
    return Data("line", rows, rows, labels[order], labels[order], classes=CLASSES)


@pytest.fixture(scope="module")
def source(data, parts):
    return fitted.fit(Line(), data, "gaussian", seed=0)


def test_classes_that_share_a_density_share_its_draws(source):
    """Of 1,000 classes of few rows each, each would draw for all of them."""
    drawn = []

    class Counting(Gaussian):
        def draw(self, fitted, count, seed, game=None):
            drawn.append(count)
            return super().draw(fitted, count, seed, game)

    labels = np.array([2, 3, 0, 3, 2, 2])
    z = of_classes.draw(Counting(), source.arrays, labels, 5, Line())
    assert drawn == [3, 6]
    alone = [of_classes.draw(Gaussian(), source.arrays, np.full(6, label), 5, Line()) for label in range(4)]
    assert np.array_equal(z, [alone[label][i] for i, label in enumerate(labels)])


def test_a_class_has_the_density_of_its_own_codes(source, data):
    """Of 10 codes or more, 2 for each number of a mean and a row of a covariance."""
    assert (source.count, of_classes.fewest(4)) == (59, 10)
    assert sorted(of_classes.parted(source.arrays)) == ["class_0", "class_1", "class_shared"]
    for label in (0, 1):
        own = Gaussian().fit(data.train[data.train_labels == label])
        assert all(np.array_equal(source.arrays[f"class_{label}.{key}"], array) for key, array in own.items())
    assert not source.arrays["class_moves"][:2].any()


def test_rare_classes_share_the_spread_within_classes_about_their_own_mean(source, data):
    """The covariance within classes by its definition; a class without codes is at the mean of all."""
    means = [data.train[data.train_labels == label].mean(axis=0, dtype=np.float64) for label in range(3)]
    centred = data.train - np.array(means)[data.train_labels]
    cholesky = source.arrays["class_shared.cholesky"]
    np.testing.assert_allclose(cholesky @ cholesky.T, centred.T @ centred / 59, rtol=1e-4)
    np.testing.assert_allclose(source.arrays["class_shared.mean"], 0, atol=1e-4)
    np.testing.assert_allclose(source.arrays["class_moves"][2], means[2], rtol=1e-6)
    np.testing.assert_allclose(source.arrays["class_moves"][3], data.train.mean(axis=0, dtype=np.float64), rtol=1e-6)
    assert str(source) == "gaussian, fitted to 59 training codes, class by class; 2 with too few codes share a density"


def test_each_row_is_of_its_class(source):
    labels = np.arange(4000) % 4
    z = source.draw(Line(), 4000, 1, labels)
    assert (z.shape, z.dtype) == ((4000, 4), np.float32)
    found = np.array([z[labels == label].mean() for label in range(4)])
    wanted = [0, 100, 200, (10 * 100 + 9 * 200) / 59]
    np.testing.assert_allclose(found, wanted, atol=1.5)


def test_random_numbers_are_of_the_row_whatever_its_class_and_the_others_are(source):
    labels = np.array([0, 1, 2, 3, 1, 0])
    z = source.draw(Line(), 6, 1, labels)
    assert np.array_equal(source.draw(Line(), 3, 1, labels[:3]), z[:3])
    assert np.array_equal(source.draw(Line(), 6, 1, np.full(6, 1))[[1, 4]], z[[1, 4]])
    both = source.draw_each(Line(), 2, 1, [2, 3])  # of the shared density: the same but for the mean
    moves = source.arrays["class_moves"][[2, 2, 3, 3]]
    np.testing.assert_allclose((both - moves)[:2], (both - moves)[2:], atol=1e-4)
    assert source.draw(Line(), 0, 1, labels[:0]).shape == (0, 4)


@pytest.mark.parametrize("name", ["gaussian", "gmm", "kde"])
def test_what_was_fitted_fits_and_other_arrays_do_not(data, name):
    arrays = fitted.fit(Line(), data, name, seed=0).arrays
    assert fitted.fault(Line(), name, arrays) is None
    without = {key: array for key, array in arrays.items() if not key.startswith("class_shared.")}
    assert "not a density for each of 4 classes" in fitted.fault(Line(), name, without)
    more = {key.replace("class_0.", "class_4."): array for key, array in arrays.items()}
    assert "not a density" in fitted.fault(Line(), name, more)
    for wrong in (np.zeros((3, 4)), np.full((4, 4), np.nan), np.zeros((4, 4), int), np.zeros((4, 4), object)):
        assert "'class_moves'" in fitted.fault(Line(), name, arrays | {"class_moves": wrong})
    key = next(key for key in arrays if key.startswith("class_1."))
    assert "has the shape" in fitted.fault(Line(), name, arrays | {key: arrays[key][None]})


def test_one_density_for_all_classes_can_be_used(data):
    """As ganae fitted it to the codes of conditional models at first."""
    arrays = Gaussian().fit(data.train)
    assert fitted.fault(Line(), "gaussian", arrays) is None
    one = fitted.CodeSource("gaussian", arrays, 59)
    assert np.array_equal(one.draw(Line(), 3, 0, np.arange(3)), Gaussian().draw(arrays, 3, 0))


def test_a_sampler_that_decodes_by_itself_is_refused():
    message = r"^sampler 'walk' decodes .* \(model.condition=concat\): choose another, such as gmm$"
    with pytest.raises(UserError, match=message):
        fitted.check(Line(), "walk")


def test_without_labels_there_is_nothing_to_fit(data, parts):
    with pytest.raises(UserError, match=r"^sampler 'kde' is fitted to the codes of each class, and dataset 'line' has"):
        fitted.fit(Line(), replace(data, train_labels=None), "kde", seed=0)


def test_densities_of_classes_are_not_those_of_a_model_without(source, monkeypatch):
    monkeypatch.setattr(Line, "condition", Condition())
    assert "it holds class_" in fitted.fault(Line(), "gaussian", source.arrays)
