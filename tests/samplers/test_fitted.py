"""Fitted samplers: the codes that they are fitted to, noise that is joined to draws, and how draws become data."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.engine.condition import Condition
from ganae_cli.errors import UserError
from ganae_cli.samplers import fitted
from ganae_cli.samplers.fitted import CodeSource


class Shifts:
    """A game whose code of a point is the point plus 1; it generates from another kind of code."""

    z_dim, noise_dim, encodes, condition = 2, 1, True, Condition()

    def encode(self, x):
        return Result(x + 1)

    def decode(self, z):
        return Result(z - 1)

    def generate(self, z):
        return Result(100 * z)

    def join(self, z, noise):
        return z + 1000 * noise


class Result(np.ndarray):
    """An array with the method of a tensor that gives its values."""

    def __new__(cls, values):
        return np.asarray(values).view(cls)

    def numpy(self):
        return np.asarray(self)


class Blind(Shifts):
    encodes = False


def data(count=3000):
    rows = np.random.default_rng(0).normal(5, 0.1, (count, 2)).astype(np.float32)
    return Data("points", rows, rows)


def test_a_sampler_is_fitted_to_the_codes_of_the_training_data(parts):
    source = fitted.fit(Shifts(), data(), "gaussian", seed=0)
    assert (source.name, source.count) == ("gaussian", 3000)
    np.testing.assert_allclose(source.arrays["mean"], data().train.mean(axis=0) + 1, rtol=1e-5)
    assert str(source) == "gaussian, fitted to 3,000 training codes"


def test_a_mixture_tells_its_size(parts):
    one, two = {"weights": np.ones(1)}, {"weights": np.ones(2)}
    assert str(CodeSource("gmm", one, 1200)) == "gmm of 1 Gaussian, fitted to 1,200 training codes"
    assert str(CodeSource("gmm", two, 99)) == "gmm of 2 Gaussians, fitted to 99 training codes"
    classes = {"class_moves": np.zeros((2, 2)), "class_0.weights": np.ones(1), "class_1.weights": np.ones(7)}
    told = "gmm of 1 to 7 Gaussians, fitted to 80 training codes, class by class"
    assert str(CodeSource("gmm", classes, 80)) == told
    assert str(fitted.fit(Shifts(), data(), "gmm", seed=0)) == "gmm of 10 Gaussians, fitted to 3,000 training codes"


def test_of_many_rows_some_are_drawn_from_everywhere(parts):
    """The first rows of a file that is sorted by class would give codes of the first class only."""
    rows = np.arange(1000)
    some = fitted.random_rows(rows, 100, seed=0)
    assert len(set(some.tolist())) == 100
    assert 300 < some.mean() < 700
    assert np.array_equal(some, fitted.random_rows(rows, 100, seed=0))
    assert fitted.random_rows(rows, 1000, seed=0) is rows
    assert fitted.fit(Shifts(), data(), "kde", seed=0, most=50).arrays["codes"].shape == (50, 2)


def test_draws_are_joined_with_noise_whose_first_rows_do_not_shift(parts):
    source, game = fitted.fit(Shifts(), data(), "gaussian", seed=0), Shifts()
    z = source.draw(game, 50, seed=1)
    assert (z.shape, z.dtype) == ((50, 2), np.float32)
    assert z.std() > 100
    assert np.array_equal(source.draw(game, 20, seed=1), z[:20])


def test_codes_like_the_encoders_are_decoded_and_others_generated_from(parts):
    codes = np.ones((3, 2), np.float32)
    fitted = CodeSource("gaussian", {"mean": 0}, count=10)
    assert (fitted.generate(Shifts(), codes) == 0).all()
    assert (CodeSource("prior").generate(Shifts(), codes) == 100).all()


def test_a_prior_needs_no_encoder_and_a_density_does(parts):
    source = fitted.fit(Blind(), data(), "prior", seed=0)
    assert (source.arrays, str(source)) == ({}, "prior, N(0, I)")
    with pytest.raises(UserError, match="sampler 'gmm' is fitted to codes, and model 'Blind' has no encoder"):
        fitted.fit(Blind(), data(), "gmm", seed=0)
    with pytest.raises(UserError, match=r"no sampler named 'gm'; did you mean 'gmm'\? \(choices: gaussian, gmm, kde"):
        fitted.check(Shifts(), "gm")


class Plane(Shifts):
    """A game of points in a plane, with codes of two numbers, of which a mixture takes two Gaussians."""

    shape, components = (2,), 2


@pytest.mark.parametrize("name", ["gaussian", "gmm", "kde"])
def test_arrays_that_were_fitted_are_those_of_the_game_and_others_are_not(name):
    """A file of another game, or of a stranger, must not end in the middle of a draw."""
    arrays = fitted.fit(Plane(), data(), name, seed=0).arrays
    assert fitted.fault(Plane(), name, arrays) is None
    for key, array in arrays.items():
        for wrong in (array[..., :1], array[None], array[:0], array.astype(object), array.astype(str), array * np.nan):
            assert fitted.fault(Plane(), name, arrays | {key: wrong}), (key, wrong.shape, wrong.dtype)
        assert fitted.fault(Plane(), name, {**arrays, key: array.astype(complex)})
        assert "it holds" in fitted.fault(Plane(), name, {other: arrays[other] for other in arrays if other != key})
        assert "it holds" in fitted.fault(Plane(), name, arrays | {"more": array})
    if name == "gmm":
        for weights in (-arrays["weights"], 0 * arrays["weights"]):
            assert "no probabilities" in fitted.fault(Plane(), name, arrays | {"weights": weights})


def test_walks_begin_at_data_of_the_games_shape():
    arrays = {"starts": np.zeros((5, 2), np.float32), "sigma": np.ones(2, np.float32)}
    assert fitted.fault(Plane(), "walk", arrays) is None
    assert "'starts' has the shape (5, 3)" in fitted.fault(Plane(), "walk", arrays | {"starts": np.zeros((5, 3))})
