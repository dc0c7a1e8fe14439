"""Copies beyond what held-out rows score; smooth samples near to the training set are no copies."""

import pytest

from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, UNKNOWN
from ganae_cli.evaluation.verdicts.memorisation import Memorisation


@pytest.mark.parametrize(
    ("copies", "state"),
    [
        ((0.08, 0.051, 0.12, 0.0), ACCUSED),
        ((0.08, 0.049, 0.12, 0.0), HEALTHY),  # 5 % lies within the interval
        ((0.20, 0.15, 0.25, 0.11), HEALTHY),  # points on a plane: new ones score 11 %
        ((0.20, 0.17, 0.25, 0.11), ACCUSED),
    ],
)
def test_significantly_more_than_held_out_rows_and_5_percent(evidence, copies, state):
    assert Memorisation().judge(evidence(copies=copies)).state == state


@pytest.mark.parametrize(
    ("value", "high", "beside", "state"),
    [
        (0.17, 0.21, 0.69, ACCUSED),  # what an `aegan` on 50 digits scored
        (0.33, 0.39, 0.54, HEALTHY),  # what a `began` that had lost classes scored
        (0.15, 0.199, 0.5, ACCUSED),
        (0.15, 0.201, 0.5, HEALTHY),
    ],
)
def test_hardly_a_sample_is_authentic(evidence, value, high, beside, state):
    scores = {"copies": (0.003, 0.0, 0.02, 0.0), "authenticity": (value, 0.0, high, beside)}
    verdict = Memorisation().judge(evidence(**scores))
    assert verdict.state == state
    if state == ACCUSED:
        assert verdict.what.startswith(f"only {value:.0%} of samples are authentic (held-out rows: {beside:.0%}): ")


@pytest.mark.parametrize(("variation", "state"), [(0.24, UNKNOWN), (0.26, ACCUSED)])
def test_samples_that_are_all_alike_are_near_to_one_row(evidence, variation, state):
    scores = {"copies": (0.003, 0.0, 0.02, 0.0), "authenticity": (0.17, 0.0, 0.21, 0.64), "sample_variation": variation}
    assert Memorisation().judge(evidence(**scores)).state == state


def test_short_distances_alone_accuse_nobody(evidence):
    scores = {"copies": (0.003, 0.0, 0.02, 0.0), "copied_share": (0.16, 0.12, 0.2, 0.01), "distance_ratio": 0.7}
    assert Memorisation().judge(evidence(**scores)).state == HEALTHY


def test_the_numbers_and_a_setting_to_type_are_told(evidence):
    plain = Memorisation().judge(evidence(copies=(0.5, 0.4, 0.6, 0.01)))
    assert (
        plain.what
        == "50.0% of samples are three times nearer to one training row than to the next (held-out rows: 1.0%)"
    )
    assert "augmentation" not in plain.advice
    of_gan = Memorisation().judge(evidence([{"step": 1, "discriminator.loss": 1.0}], copies=(0.5, 0.4, 0.6, 0.01)))
    assert "augmentation=diffaugment" in of_gan.advice


def test_without_the_measure_nothing_is_said(evidence):
    assert Memorisation().judge(evidence()).state == UNKNOWN
