"""Functions of latent codes against quadrature, double loops and NumPy in float64."""

import itertools
import math

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.losses import code_statistics


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def float32(*arrays):
    return [tf.constant(array, tf.float32) for array in arrays]


def density(x, mean, variance):
    return np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * math.pi * variance)


@pytest.mark.parametrize(("mean", "log_variance"), [(0.0, 0.0), (1.3, -0.7), (-2.0, 0.9)])
def test_gaussian_kl_by_quadrature(mean, log_variance):
    x = np.linspace(-20, 20, 200_001)
    q, p = density(x, mean, math.exp(log_variance)), density(x, 0.0, 1.0)
    inside = q > 1e-300
    expected = np.trapezoid(
        np.where(inside, q * (np.log(np.where(inside, q, 1)) - np.log(np.where(inside, p, 1))), 0), x
    )
    found = code_statistics.gaussian_kl(*float32([[mean]], [[log_variance]]))
    assert found.shape == (1, 1)
    assert float(found[0, 0]) == pytest.approx(expected, abs=1e-5)


def test_free_bits_limit_the_batch_mean_of_each_dimension():
    """The means are 0.5, 2 and 1: with 1 free nat the first costs 1 as well."""
    kl = tf.constant([[0.0, 1.0, 1.0], [1.0, 3.0, 1.0]])
    assert float(code_statistics.free_bits(kl, 0.0)) == 3.5
    assert float(code_statistics.free_bits(kl, 1.0)) == 4.0
    with tf.GradientTape() as tape:
        tape.watch(kl)
        value = code_statistics.free_bits(kl, 0.75)
    np.testing.assert_array_equal(tape.gradient(value, kl), [[0, 0.5, 0.5], [0, 0.5, 0.5]])


def kernel(a, b):
    squared = sum((a[i] - b[i]) ** 2 for i in range(len(a)))
    return sum(2 * len(a) * s / (2 * len(a) * s + squared) for s in (0.1, 0.2, 0.5, 1, 2, 5, 10))


def test_maximum_mean_discrepancy_by_double_loops():
    z, prior = 2 * normal(5, 3) + 1, normal(5, 3, seed=1)
    within = sum(kernel(a[i], a[j]) for a in (z, prior) for i in range(5) for j in range(5) if i != j) / 20
    across = sum(kernel(a, b) for a in z for b in prior) / 25
    found = float(code_statistics.maximum_mean_discrepancy(*float32(z, prior)))
    assert found == pytest.approx(within - 2 * across, rel=1e-5)


@pytest.mark.slow
def test_maximum_mean_discrepancy_is_unbiased():
    """For two samples of one distribution, the mean over many estimates is 0 within three standard errors."""
    found = [
        float(
            code_statistics.maximum_mean_discrepancy(*float32(normal(8, 2, seed=2 * i), normal(8, 2, seed=2 * i + 1)))
        )
        for i in range(400)
    ]
    assert abs(np.mean(found)) < 3 * np.std(found) / math.sqrt(len(found))
    assert np.std(found) > 0.05


def test_mean_activation_kl_by_hand():
    """Means 1/2 and 1/20 with a target of 1/20: the second costs nothing."""
    z = tf.constant([[0.0, 0.1], [1.0, 0.0]])
    expected = 0.05 * math.log(0.05 / 0.5) + 0.95 * math.log(0.95 / 0.5)
    assert float(code_statistics.mean_activation_kl(z, 0.05)) == pytest.approx(expected, rel=1e-4)
    dead = code_statistics.mean_activation_kl(tf.zeros((4, 1)), 0.05)
    assert float(dead) == pytest.approx(0.05 * math.log(0.05 / 1e-6) + 0.95 * math.log(0.95), rel=1e-4)


@pytest.fixture
def correlated():
    mix = np.array([[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.0, -0.3, 2.0]])
    return normal(500, 3) @ mix.T


def test_gaussian_entropy_and_total_correlation_against_numpy(correlated):
    found = np.cov(correlated.T, bias=True)
    entropy = np.linalg.slogdet(2 * math.pi * math.e * found)[1] / 2
    correlation = (np.log(np.diag(found)).sum() - np.linalg.slogdet(found)[1]) / 2
    z = tf.constant(correlated, tf.float32)
    assert float(code_statistics.gaussian_entropy(z)) == pytest.approx(entropy, rel=1e-4)
    assert float(code_statistics.gaussian_total_correlation(z)) == pytest.approx(correlation, rel=1e-4)
    assert correlation > 0.3


def test_the_entropy_of_a_normal_sample_is_that_of_a_normal_distribution():
    z = tf.constant(3 * normal(20_000, 2), tf.float32)
    expected = math.log(2 * math.pi * math.e * 9)  # 2 * (1/2) log(2 pi e 9)
    assert float(code_statistics.gaussian_entropy(z)) == pytest.approx(expected, abs=0.03)


def test_total_correlation_does_not_depend_on_scales_or_shifts(correlated):
    z, moved = float32(correlated, correlated * [10.0, 0.1, 1.0] + [5.0, 0.0, -3.0])
    assert float(code_statistics.gaussian_total_correlation(moved)) == pytest.approx(
        float(code_statistics.gaussian_total_correlation(z)), rel=1e-3
    )
    assert float(code_statistics.gaussian_total_correlation(tf.constant(normal(20_000, 3), tf.float32))) < 1e-3


def test_minibatch_total_correlation_by_double_loops():
    mean, log_variance, noise = normal(6, 2), 0.3 * normal(6, 2, seed=1), normal(6, 2, seed=2)
    variance = np.exp(log_variance)
    z = mean + np.sqrt(variance) * noise
    expected = 0.0
    for i in range(6):
        joint = np.mean([math.prod(density(z[i, d], mean[j, d], variance[j, d]) for d in range(2)) for j in range(6)])
        marginals = [np.mean([density(z[i, d], mean[j, d], variance[j, d]) for j in range(6)]) for d in range(2)]
        expected += (math.log(joint) - sum(math.log(m) for m in marginals)) / 6
    assert float(code_statistics.minibatch_total_correlation(*float32(z, mean, log_variance))) == pytest.approx(
        expected, rel=1e-4
    )


def test_minibatch_total_correlation_of_independent_and_of_equal_numbers():
    """A grid of means has independent numbers; means on the diagonal are equal: q(z) is then far from a product."""
    grid = np.array(list(itertools.product(range(8), range(8)))) - 3.5
    diagonal = np.stack([np.repeat(np.arange(8), 8), np.repeat(np.arange(8), 8)], axis=1) - 3.5
    narrow = np.full((64, 2), math.log(0.01))
    found = [float(code_statistics.minibatch_total_correlation(*float32(m, m, narrow))) for m in (grid, diagonal)]
    assert found == pytest.approx([0.0, math.log(8)], abs=1e-4)  # one number of eight tells the other


@pytest.mark.parametrize("name", ["gaussian_entropy", "gaussian_total_correlation"])
def test_codes_that_do_not_fill_their_space_give_finite_values_and_gradients(name):
    """Values and gradients are finite for fewer rows than dimensions and for equal codes, with and without XLA."""
    for z in (tf.constant(normal(3, 5), tf.float32), tf.ones((4, 3))):
        for jit in (False, True):

            @tf.function(jit_compile=jit)
            def both(z=z):
                with tf.GradientTape() as tape:
                    tape.watch(z)
                    value = getattr(code_statistics, name)(z)
                return value, tape.gradient(value, z)

            value, gradient = both()
            assert np.isfinite(value)
            assert np.isfinite(gradient).all()


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("name", ["minibatch_total_correlation", "maximum_mean_discrepancy"])
def test_blocks_change_neither_values_nor_gradients(monkeypatch, name, jit):
    """12 rows in 6 blocks of 2, where one row holds 12 * 3 numbers; every argument has its gradient."""
    given = float32(*(normal(12, 3) + number for number in range(3 if "minibatch" in name else 2)))

    def value_and_gradients():
        with tf.GradientTape() as tape:
            tape.watch(given)
            value = getattr(code_statistics, name)(*given)
        return value, tape.gradient(value, given)

    whole, expected = value_and_gradients()
    monkeypatch.setattr(code_statistics, "LARGEST_BLOCK", 2 * 12 * 3)
    value, found = tf.function(value_and_gradients, jit_compile=jit, autograph=False)()
    assert float(value) == pytest.approx(float(whole), rel=1e-5)
    for one, other in zip(found, expected, strict=True):
        assert np.abs(other).max() > 1e-3
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_numbers_held_at_once_are_bounded(monkeypatch):
    """Of 64 rows with 3 numbers each, at most 4 are compared with all at once: no tensor has more numbers."""
    monkeypatch.setattr(code_statistics, "LARGEST_BLOCK", 4 * 64 * 3)
    largest = []

    def sizes(graph):
        for operation in graph.get_operations():
            largest.extend(output.shape.num_elements() or 0 for output in operation.outputs if output.shape.rank)

    z, mean, log_variance = float32(normal(64, 3), normal(64, 3), 0 * normal(64, 3))
    traced = tf.function(code_statistics.minibatch_total_correlation, autograph=False).get_concrete_function(
        z, mean, log_variance
    )
    sizes(traced.graph)
    for name in traced.graph._functions:
        sizes(traced.graph._get_function(name).graph)
    assert max(largest) == 4 * 64 * 3
