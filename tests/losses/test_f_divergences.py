"""f-divergences of two Gaussians on the line, whose log-ratio is known, against integrals computed here."""

import math

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.losses import f_divergences

P, Q = (0.8, 1.0), (-0.2, 1.3)  # (mean, standard deviation) of the data and of the samples
F = {  # u = p / q -> f(u), from the definitions of the divergences
    "forward_kl": lambda u: u * tf.math.log(u),
    "reverse_kl": lambda u: -tf.math.log(u),
    "pearson": lambda u: (u - 1) ** 2,
    "hellinger": lambda u: (tf.sqrt(u) - 1) ** 2,
    "jensen_shannon": lambda u: u * tf.math.log(2 * u / (u + 1)) + tf.math.log(2 / (u + 1)),
}
GRID = np.linspace(-12.0, 12.0, 48_001)  # the integrals' steps


def density(x, mean, std):
    return tf.exp(-((x - mean) ** 2) / (2 * std**2)) / (std * math.sqrt(2 * math.pi))


def log_ratio(x):
    """Return log p(x) / q(x); the parameters of p and q are constants for gradients."""
    (m, s), (mean, std) = P, Q
    return -((x - m) ** 2) / (2 * s**2) - math.log(s) + (x - mean) ** 2 / (2 * std**2) + math.log(std)


def divergence(name, mean, std):
    """Return the integral of q f(p / q) as a sum over a fine grid."""
    x = tf.constant(GRID)
    p, q = density(x, *(tf.constant(value, tf.float64) for value in P)), density(x, mean, std)
    return tf.reduce_sum(q * F[name](p / q)) * (GRID[1] - GRID[0])


def quantiles(count=200_000):
    """Return quantiles of a standard normal: a sample without randomness."""
    from scipy.stats import norm

    return tf.constant(norm.ppf((np.arange(count) + 0.5) / count))


def test_the_integrals_are_the_closed_forms_of_kullback_and_leibler():
    """KL(N_1 || N_2) = log(s_2 / s_1) + (s_1^2 + (m_1 - m_2)^2) / (2 s_2^2) - 1/2, both ways round."""
    (m, s), (mean, std) = P, Q
    mean64, std64 = tf.constant(mean, tf.float64), tf.constant(std, tf.float64)
    forward = math.log(std / s) + (s**2 + (m - mean) ** 2) / (2 * std**2) - 0.5
    reverse = math.log(s / std) + (std**2 + (m - mean) ** 2) / (2 * s**2) - 0.5
    assert float(divergence("forward_kl", mean64, std64)) == pytest.approx(forward, rel=1e-9)
    assert float(divergence("reverse_kl", mean64, std64)) == pytest.approx(reverse, rel=1e-9)


@pytest.mark.parametrize("name", F)
def test_given_the_true_log_ratio_the_generators_gradient_is_the_divergences(name):
    """The gradient is with respect to mean and standard deviation of the samples x = mean + std * noise."""
    loss = registry.build("adversarial", name)
    mean, std = (tf.Variable(value, dtype=tf.float64) for value in Q)
    with tf.GradientTape() as tape:
        expected = divergence(name, mean, std)
    wanted = [float(g) for g in tape.gradient(expected, [mean, std])]
    with tf.GradientTape() as tape:
        fool = loss.generator(log_ratio(mean + std * quantiles())[:, None])["fool"]
    found = [float(g) for g in tape.gradient(fool, [mean, std])]
    assert found == pytest.approx(wanted, rel=2e-3)
    assert min(abs(g) for g in wanted) > 0.01


@pytest.mark.parametrize("name", F)
def test_given_the_true_log_ratio_the_discriminators_terms_are_the_divergence(name):
    loss = registry.build("adversarial", name)
    real, fake = (log_ratio(mean + std * quantiles())[:, None] for mean, std in (P, Q))
    estimate = -sum(float(term) for term in loss.discriminator(real, fake).values())
    expected = float(divergence(name, *(tf.constant(value, tf.float64) for value in Q)))
    assert estimate == pytest.approx(expected, rel=5e-3)


@pytest.mark.parametrize("name", F)
@pytest.mark.parametrize("x", [-3.0, -0.4, 0.1, 2.5])
def test_the_discriminators_optimum_is_the_log_ratio(name, x):
    """For every x: p(x) real'(v) + q(x) fake'(v) = 0 at v = log p(x) / q(x), and the cost is higher on both sides."""
    loss = registry.build("adversarial", name)
    p, q = (float(density(tf.constant(x), *of)) for of in (P, Q))
    v = tf.constant([[log_ratio(x)]], tf.float32)

    def cost(logits):
        return p * loss.real(logits) + q * loss.fake(logits)

    with tf.GradientTape() as tape:
        tape.watch(v)
        lowest = cost(v)
    assert float(tape.gradient(lowest, v)[0, 0]) == pytest.approx(0.0, abs=1e-6)
    for away in (-0.3, 0.3):
        assert float(cost(v + away)) > float(lowest) + 1e-5 * p


@pytest.mark.parametrize(
    ("name", "real", "fake"),
    [  # at the logits 0 and log 4: u = 1 and 4
        ("forward_kl", -1 - math.log(4) / 2, (1 + 4) / 2),
        ("reverse_kl", (1 + 1 / 4) / 2, math.log(4) / 2 - 1),
        ("pearson", -(0 + 6) / 2, (0 + 15) / 2),
        ("hellinger", (0 - 1 / 2) / 2, (0 + 1) / 2),
        ("jensen_shannon", -math.log(8 / 5) / 2, math.log(5 / 2) / 2),
    ],
)
def test_values_worked_by_hand(name, real, fake):
    logits = tf.constant([[0.0], [math.log(4)]])
    loss = registry.build("adversarial", name)
    terms = {term: float(value) for term, value in loss.discriminator(logits, logits).items()}
    assert terms == pytest.approx({"real": real, "fake": fake}, rel=1e-6)
    assert float(loss.generator(logits)["fool"]) == pytest.approx(-fake, rel=1e-6)


def test_beyond_the_bound_exponentials_are_straight_and_have_no_kink():
    bound = f_divergences.LARGEST_EXPONENT
    a = tf.constant([bound - 1e-3, bound + 1e-3, bound + 5.0, -1e4])
    with tf.GradientTape() as tape:
        tape.watch(a)
        values = f_divergences._exp(a)
    slopes = tape.gradient(values, a).numpy() / math.exp(bound)
    assert (values.numpy() / math.exp(bound)) == pytest.approx([math.exp(-1e-3), 1 + 1e-3, 6.0, 0.0], rel=1e-5)
    assert slopes == pytest.approx([math.exp(-1e-3), 1.0, 1.0, 0.0], rel=1e-5)


@pytest.mark.parametrize("ratio", [50.0, 1000.0, 2e4])
@pytest.mark.parametrize("name", sorted(F))
def test_a_discriminator_finds_the_ratio_and_no_more(name, ratio):
    """If p / q is the same everywhere, v = log(p / q) has the least cost p real(v) + q fake(v) of all logits v."""
    loss = registry.build("adversarial", name)
    logits = np.linspace(-30.0, 30.0, 6001)
    v = tf.constant(logits, tf.float64)
    costs = loss.conjugate(v) - ratio * loss.derivative(v)
    assert logits[np.argmin(costs)] == pytest.approx(math.log(ratio), abs=0.02)
