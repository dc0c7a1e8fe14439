"""Oscillation: the loss of a discriminator swings in the second half of the training."""

import numpy as np
import pytest

from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, UNKNOWN
from ganae_cli.evaluation.verdicts.oscillation import Oscillation, swing


def rows(values, name="discriminator.loss"):
    return [{"step": 100 * i, name: value} for i, value in enumerate(values, start=1)]


def waves(size, count=60):
    """Return 1 + a sine of this standard deviation, with a period of ten rows. Its median deviation is as large."""
    return 1 + size * np.sqrt(2) * np.sin(2 * np.pi * np.arange(count) / 10)


@pytest.mark.parametrize(("size", "expected"), [(0.33, ACCUSED), (0.27, HEALTHY)])
def test_the_limit_is_30_percent_of_the_level(evidence, size, expected):
    noise = 1 + size * np.random.default_rng(0).normal(size=4000)
    assert Oscillation().judge(evidence(rows(noise))).state == expected


def test_the_size_is_the_standard_deviation_of_noise():
    noise = 1 + 0.2 * np.random.default_rng(0).normal(size=4000)
    assert swing(noise).size == pytest.approx(0.2, rel=0.05)


def test_spikes_are_no_swing(evidence):
    """What a `dcgan` on photographs does, whose discriminator has won."""
    values = np.where(np.arange(60) % 8 == 0, 5.0, 1.0)
    assert np.std(values[30:]) > 1
    assert Oscillation().judge(evidence(rows(values))).state == HEALTHY


def test_what_swings_in_the_first_half_only_has_settled(evidence):
    values = np.concatenate([waves(0.9, 30), np.ones(30)])
    assert Oscillation().judge(evidence(rows(values))).state == HEALTHY


def test_a_trend_is_no_swing(evidence):
    assert Oscillation().judge(evidence(rows(np.linspace(5, 0.1, 60)))).state == HEALTHY


def test_a_loss_near_zero_has_won_and_does_not_swing(evidence):
    values = np.concatenate([np.full(30, 1.4), 0.01 * waves(0.7, 30)])
    assert Oscillation().judge(evidence(rows(values))).state == HEALTHY


@pytest.mark.parametrize(
    ("name", "expected"),
    [("generator.fool", ACCUSED), ("autoencoder.fool_sample", ACCUSED), ("autoencoder.reconstruction", HEALTHY)],
)
def test_terms_that_fool_a_discriminator_are_looked_at_too(evidence, name, expected):
    history = [a | b for a, b in zip(rows(np.ones(40)), rows(waves(0.8, 40), name), strict=True)]
    assert Oscillation().judge(evidence(history)).state == expected


def test_a_fooling_term_near_zero_is_measured_beside_the_discriminator(evidence):
    """All logits plus a constant: the mean logit of samples, which a Wasserstein loss fools by, is 0.1 or 2 as it may.

    Its moves are 0.09 of the level 1 of the discriminator's loss.
    """
    moves = rows(0.1 * waves(0.9, 40), "generator.fool")
    history = [a | b for a, b in zip(rows(-np.ones(40)), moves, strict=True)]
    verdict = Oscillation().judge(evidence(history))
    assert verdict.state == HEALTHY
    assert verdict.what == "generator.fool swings by 10% of a level of 1"
    alone = [a | b for a, b in zip(rows(np.full(40, 1e-3)), moves, strict=True)]
    assert Oscillation().judge(evidence(alone)).state == ACCUSED


def test_the_worst_discriminator_is_named(evidence):
    history = [a | b for a, b in zip(rows(np.ones(40)), rows(waves(0.8, 40), "code_discriminator.loss"), strict=True)]
    verdict = Oscillation().judge(evidence(history))
    assert verdict.state == ACCUSED
    assert verdict.what == "code_discriminator.loss swings by 89% of a level of 1.03"
    assert "optimizer.learning_rate" in verdict.advice


def test_too_few_rows_or_no_discriminator(evidence):
    assert Oscillation().judge(evidence(rows(waves(0.9, 19)))).state == UNKNOWN
    assert Oscillation().judge(evidence(rows(waves(0.9, 20)))).state == ACCUSED
    assert Oscillation().judge(evidence(rows(waves(0.9), "autoencoder.loss"))).state == UNKNOWN
    assert Oscillation().judge(evidence()).state == UNKNOWN
