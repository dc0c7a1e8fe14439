"""The contractive walk against the matrices of a one-layer encoder, written out in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.samplers import walk
from ganae_cli.samplers.random import choose_weighted, normals

SIZE, UNITS = 4, 3


class Sigmoids:
    """Encoder f(x) = s(x W + c) and decoder g(h) = s(h W^T + b), as in the paper; f and g in NumPy."""

    def __init__(self):
        random = np.random.default_rng(0)
        self.w = random.normal(size=(SIZE, UNITS)).astype(np.float32)
        self.c, self.b = (random.normal(size=size).astype(np.float32) for size in (UNITS, SIZE))
        first, second = keras.layers.Dense(UNITS, "sigmoid"), keras.layers.Dense(SIZE, "sigmoid")
        self.encode = keras.Sequential([keras.Input((SIZE,)), first])
        self.decode = keras.Sequential([keras.Input((UNITS,)), second])
        first.set_weights([self.w, self.c])
        second.set_weights([self.w.T, self.b])

    def f(self, x):
        return 1 / (1 + np.exp(-(x @ self.w + self.c)))

    def g(self, h):
        return 1 / (1 + np.exp(-(h @ self.w.T + self.b)))

    def step(self, x, a):
        """Return J J^T a with J = diag(h (1 - h)) W^T, (units, inputs)."""
        h = self.f(x)
        jacobians = (h * (1 - h))[:, :, None] * self.w.T[None]
        return np.stack([j @ j.T @ one for j, one in zip(jacobians, a, strict=True)])


@pytest.fixture(scope="module")
def game():
    return Sigmoids()


@pytest.fixture(scope="module")
def rows():
    return np.random.default_rng(1).normal(size=(1500, SIZE)).astype(np.float32)


def test_two_products_make_the_jacobian_times_its_transpose(game, rows):
    a = np.random.default_rng(2).normal(size=(6, UNITS)).astype(np.float32)
    code, step = walk.code_and_step(game.encode, tf.constant(rows[:6]), tf.constant(a))
    np.testing.assert_allclose(code, game.f(rows[:6]), rtol=1e-5)
    np.testing.assert_allclose(step, game.step(rows[:6], a), rtol=1e-4, atol=1e-6)


def test_a_walk_starts_at_data_and_takes_steps_of_half_the_codes_spread(game, rows):
    codes = game.f(rows)
    found = walk.Walk().fit(codes, rows, game, seed=0)
    assert found["starts"].shape == (1000, SIZE)
    assert {tuple(row) for row in found["starts"]} <= {tuple(row) for row in rows}
    noise = np.random.default_rng(3).normal(size=(1000, UNITS)) * found["sigma"]
    length = np.sqrt(np.mean(game.step(found["starts"], noise) ** 2))
    assert length == pytest.approx(0.5 * np.sqrt(np.mean(codes.var(axis=0))), rel=0.1)


def test_a_walk_is_the_papers_chain(game, rows):
    """x <- g(f(x) + J J^T a) for 20 steps; the code is that of the last step."""
    sampler = walk.Walk()
    found = sampler.fit(game.f(rows), rows, game, seed=0)
    noise = found["sigma"] * normals(5, 20 * UNITS, 7, "codes").reshape(5, 20, UNITS)
    x = found["starts"][choose_weighted(np.ones(1000), 5, 7)]
    for number in range(20):
        z = game.f(x) + game.step(x, noise[:, number])
        x = game.g(z)
    np.testing.assert_allclose(sampler.draw(found, 5, 7, game), z, rtol=1e-3, atol=1e-4)


def test_the_first_walks_are_the_same_for_every_count(game, rows):
    sampler = walk.Walk()
    found = sampler.fit(game.f(rows), rows, game, seed=0)
    z = sampler.draw(found, 205, 7, game)
    assert (z.shape, z.dtype) == ((205, UNITS), np.float32)
    for count in (1, 100, 101):
        assert np.array_equal(sampler.draw(found, count, 7, game), z[:count])


def test_starting_images_stay_uint8(parts):
    pixels = np.random.default_rng(0).integers(0, 256, (30, 2, 2, 1)).astype(np.uint8)
    flat = keras.layers.Flatten()

    class Linear:
        encode = staticmethod(lambda x: flat(x)[:, :UNITS])

    codes = (pixels.reshape(30, 4)[:, :UNITS] / 127.5 - 1).astype(np.float32)
    found = parts.build("sampler", "walk").fit(codes, pixels, Linear, seed=0)
    assert found["starts"].dtype == np.uint8
    assert np.isfinite(found["sigma"]).all()
