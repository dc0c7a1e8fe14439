"""Values by hand or by an independent formula: log D = -log(1 + e^-t), log(1 - D) = -log(1 + e^t)."""

import math

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.losses import adversarial

LOG2 = math.log(2.0)


def column(*logits):
    return tf.constant([[value] for value in logits], tf.float32)


def values(terms: dict) -> dict:
    return {name: float(term) for name, term in terms.items()}


def test_swapped_terms_are_the_negative_loss_of_the_discriminator_in_a_zero_sum_game():
    """This holds for f-divergences and minimax, so that they minimise it; others give its loss with swapped labels.

    Or the logits themselves, as papers have it: see the next test.
    """
    zero_sum = {"minimax", "forward_kl", "reverse_kl", "pearson", "hellinger", "jensen_shannon"}
    real, fake = column(0.3, 2), column(0.5, -3)
    for name in set(registry.names("adversarial")) - {"hinge", "density_ratio"}:
        loss = registry.build("adversarial", name)
        found, paid = (sum(values(f(real, fake)).values()) for f in (loss.swapped, loss.discriminator))
        swapped = sum(values(loss.discriminator(fake, real)).values())
        assert found == pytest.approx(-paid if name in zero_sum else swapped, rel=1e-5), name
        assert name not in zero_sum or abs(swapped + paid) > 0.1


@pytest.mark.parametrize("name", ["hinge", "density_ratio", "wasserstein"])
def test_encoder_and_generator_of_pairs_move_logits_without_a_margin(name):
    """BigBiGAN: E t of the encoder's pairs, -E t of the generator's: (5 - 1) / 2 and -(-7 + 3) / 2, also past 1."""
    found = values(registry.build("adversarial", name).swapped(column(5, -1), column(-7, 3)))
    assert found == {"fool_code": 2.0, "fool_sample": 2.0}


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [  # real logits [0, 2], fake logits [0, -3]
        (
            "non_saturating",
            {"real": (LOG2 + math.log1p(math.exp(-2))) / 2, "fake": (LOG2 + math.log1p(math.exp(-3))) / 2},
            {"fool": (LOG2 + math.log1p(math.exp(3))) / 2},
        ),
        (
            "minimax",
            {"real": (LOG2 + math.log1p(math.exp(-2))) / 2, "fake": (LOG2 + math.log1p(math.exp(-3))) / 2},
            {"fool": -(LOG2 + math.log1p(math.exp(-3))) / 2},
        ),
        (
            "density_ratio",  # -log D + log(1 - D) = -t
            {"real": (LOG2 + math.log1p(math.exp(-2))) / 2, "fake": (LOG2 + math.log1p(math.exp(-3))) / 2},
            {"fool": 1.5},
        ),
        ("least_squares", {"real": (1 + 1) / 4, "fake": 9 / 4}, {"fool": (1 + 16) / 4}),
        ("hinge", {"real": 0.5, "fake": 0.5}, {"fool": 1.5}),
        ("wasserstein", {"real": -1.0, "fake": -1.5}, {"fool": 1.5}),
        (
            "relativistic",  # pairs (0, 0) and (2, -3)
            {"pairing": (LOG2 + math.log1p(math.exp(-5))) / 2},
            {"fool": (LOG2 + math.log1p(math.exp(5))) / 2},
        ),
    ],
)
def test_values_worked_by_hand(name, discriminator, generator):
    loss = registry.build("adversarial", name)
    real, fake = column(0, 2), column(0, -3)
    assert values(loss.discriminator(real, fake)) == pytest.approx(discriminator, rel=1e-6)
    assert values(loss.generator(fake, real)) == pytest.approx(generator, rel=1e-6)


def test_hinge_stops_at_the_margin():
    assert values(adversarial.Hinge().discriminator(column(1, 5), column(-1, -7))) == {"real": 0.0, "fake": 0.0}


def test_minimax_saturates_and_non_saturating_does_not():
    """For a sample that is certainly fake, t = -10: d/dt -softplus(t) = -4.5e-5, d/dt softplus(-t) = -0.99995."""
    logits = column(-10)
    gradients = []
    for loss in (adversarial.Minimax(), adversarial.NonSaturating()):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            fool = loss.generator(logits)["fool"]
        gradients.append(float(tape.gradient(fool, logits)[0, 0]))
    assert gradients == pytest.approx([-1 / (1 + math.exp(10)), -1 / (1 + math.exp(-10))], rel=1e-4)


def test_relativistic_depends_only_on_differences_and_swaps_with_its_arguments():
    loss, random = adversarial.Relativistic(), np.random.default_rng(0)
    real, fake = (tf.constant(random.normal(size=(5, 1)), tf.float32) for _ in range(2))
    pairing = float(loss.discriminator(real, fake)["pairing"])
    assert float(loss.discriminator(real + 3.0, fake + 3.0)["pairing"]) == pytest.approx(pairing, rel=1e-5)
    assert float(loss.generator(real, fake)["fool"]) == pytest.approx(pairing, rel=1e-6)
    expected = np.mean(np.log1p(np.exp(-(real.numpy() - fake.numpy()))))  # pair by pair, not all with all
    assert pairing == pytest.approx(expected, rel=1e-6)


def test_relativistic_refuses_logits_that_would_broadcast():
    with pytest.raises(ValueError, match="one shape"):
        adversarial.Relativistic().discriminator(column(0, 1), tf.zeros(2))


@pytest.mark.parametrize("name", ["non_saturating", "minimax", "least_squares", "hinge", "wasserstein", "relativistic"])
def test_half_precision_logits_are_computed_in_float32(name):
    """Squares of 1e4 overflow float16; 2048 + 1 is 2048 in it."""
    loss = registry.build("adversarial", name)
    logits = tf.cast(column(1e4, -1e4), tf.float16)
    for term in (loss.discriminator(logits, logits) | loss.generator(logits, logits)).values():
        assert term.dtype == tf.float32
        assert term.shape == ()
        assert math.isfinite(float(term))
