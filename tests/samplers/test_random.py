"""Random numbers of samplers: named streams whose first rows do not depend on the count."""

import zlib

import numpy as np
import pytest
from scipy.stats import kstest

from ganae_cli.samplers.random import choose_weighted, multiply_rows, normals, random_stream


def test_a_stream_is_that_of_its_name():
    """PCG64 with crc32 of "seed/name" as its seed: a change of it changes the samples of every run."""
    expected = np.random.Generator(np.random.PCG64(zlib.crc32(b"3/rows") & 0x7FFFFFFF)).random(5)
    assert (random_stream(3, "rows").random(5) == expected).all()
    assert (random_stream(3, "codes").random(5) != expected).all()
    assert (random_stream(4, "rows").random(5) != expected).all()


@pytest.mark.parametrize("count", [1, 7, 999])
def test_the_first_rows_are_the_same_for_every_count(count):
    weights = np.array([3.0, 1.0, 2.0])
    assert (normals(1000, 3, 5, "codes")[:count] == normals(count, 3, 5, "codes")).all()
    assert (choose_weighted(weights, 1000, 5)[:count] == choose_weighted(weights, count, 5)).all()


def test_normals_are_standard_normal_in_float32():
    z = normals(5000, 2, 0, "codes")
    assert (z.shape, z.dtype) == ((5000, 2), np.float32)
    assert kstest(z.ravel(), "norm").pvalue > 1e-3


def test_rows_are_multiplied_one_by_one():
    """(1, 2; 0, 3) times (1, 1) and (5, -1), by hand; a row's result does not depend on the other rows."""
    matrix, rows = np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([[1.0, 1.0], [5.0, -1.0]])
    assert multiply_rows(matrix, rows).tolist() == [[3, 3], [3, -3]]
    random = np.random.default_rng(0)
    matrix, rows = random.normal(size=(7, 7)), random.normal(size=(1000, 7))
    assert (multiply_rows(matrix, rows)[:3] == multiply_rows(matrix, rows[:3])).all()


def test_indices_are_drawn_in_proportion_to_their_weights():
    chosen = choose_weighted(np.array([3.0, 0.0, 1.0]), 20_000, 0)
    assert np.bincount(chosen, minlength=3) / 20_000 == pytest.approx([0.75, 0, 0.25], abs=0.015)


def test_the_uniform_number_closest_to_1_gives_the_last_index(monkeypatch):
    """Sums are rounded: the last edge may be below 1, and the largest number drawn above it."""

    class AlmostOne:
        def random(self, count):
            return np.full(count, 1 - 2.0**-53)

    monkeypatch.setattr("ganae_cli.samplers.random.random_stream", lambda seed, name: AlmostOne())
    assert choose_weighted(np.full(10, 0.1), 2, 0).tolist() == [9, 9]
