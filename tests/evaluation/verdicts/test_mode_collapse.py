"""Mode collapse: samples that are alike, modes that are missing, data that are not covered."""

import pytest

from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, UNKNOWN
from ganae_cli.evaluation.verdicts.mode_collapse import ModeCollapse


def state(evidence, **scores):
    return ModeCollapse().judge(evidence(**scores)).state


@pytest.mark.parametrize(("variation", "expected"), [(0.24, ACCUSED), (0.26, HEALTHY)])
def test_samples_that_hardly_differ(evidence, variation, expected):
    assert state(evidence, sample_variation=variation) == expected


def test_where_reconstructions_are_alike_the_cause_is_another_one(evidence):
    scores = {"sample_variation": 0.1, "clipped_coverage": (0.1, 0.0, 0.2, 1.0), "clipped_density": 1.0}
    assert state(evidence, **scores, reconstruction_variation=0.02) == UNKNOWN
    assert state(evidence, **scores, reconstruction_variation=0.9) == ACCUSED


@pytest.mark.parametrize(
    ("coverage", "high", "density", "expected"),
    [
        (0.75, 0.89, 1.0, ACCUSED),
        (0.75, 0.91, 1.0, HEALTHY),  # a tenth less than all lies within the interval
        (0.75, 0.89, 0.94, HEALTHY),  # the bad ones may explain it
        (0.37, 0.41, 0.7, ACCUSED),
        (0.37, 0.43, 0.7, HEALTHY),
        (0.10, 0.12, 0.51, ACCUSED),
        (0.10, 0.12, 0.49, UNKNOWN),  # samples are nowhere near the data
        (1.0, 1.0, 1.3, HEALTHY),
    ],
)
def test_a_tenth_of_the_data_has_no_samples(evidence, coverage, high, density, expected):
    scores = {"clipped_coverage": (coverage, 0.0, high, 1.0), "clipped_density": density}
    assert state(evidence, sample_variation=0.9, **scores) == expected


@pytest.mark.parametrize(
    ("coverage", "high", "density", "expected"),
    [
        (0.7, 0.75, 0.85, ACCUSED),  # held-out rows score 0.85 and 0.86: 0.765 is a tenth less
        (0.7, 0.77, 0.85, HEALTHY),
        (0.7, 0.75, 0.80, HEALTHY),  # 0.93 of the density of held-out rows: a bad part may explain it
        (0.10, 0.12, 0.44, ACCUSED),  # 0.51 of it
        (0.10, 0.12, 0.42, UNKNOWN),
    ],
)
def test_thresholds_are_shares_of_what_held_out_rows_score(evidence, coverage, high, density, expected):
    scores = {"clipped_coverage": (coverage, 0.0, high, 0.85), "clipped_density": (density, None, None, 0.86)}
    assert state(evidence, sample_variation=0.9, **scores) == expected


@pytest.mark.parametrize(
    ("modes", "quality", "expected"), [(5, 0.9, ACCUSED), (6, 0.9, HEALTHY), (5, 0.09, UNKNOWN), (5, 0.11, ACCUSED)]
)
def test_known_modes_that_are_missing(evidence, modes, quality, expected):
    """Beside them, coverage is not asked: it takes samples next to a mode for bad ones."""
    scores = {"modes": (modes, None, None, 8), "high_quality": quality, "sample_variation": 1.0}
    coverage = {"clipped_coverage": (0.1, 0.0, 0.2, 1.0), "clipped_density": 1.0}
    assert state(evidence, **scores, **coverage) == expected


def test_the_numbers_and_a_setting_to_type_are_told(evidence):
    plain = ModeCollapse().judge(evidence(modes=(3, None, None, 8), high_quality=0.9))
    assert plain.what == "3 of 8 modes have samples"
    assert "model.sampler=kde" in plain.advice
    gan = ModeCollapse().judge(evidence([{"discriminator.loss": 1.0}], sample_variation=0.051))
    assert gan.what == "samples hardly differ: 5.1% of the distance between real rows"
    assert "model=pacgan" in gan.advice


def test_without_a_measure_nothing_is_said(evidence):
    assert state(evidence) == UNKNOWN
