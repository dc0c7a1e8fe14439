"""A discriminator that tells everything, and samples that are nowhere near the data: only both accuse."""

import pytest

from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, UNKNOWN
from ganae_cli.evaluation.verdicts.discriminator_too_strong import DiscriminatorTooStrong


@pytest.mark.parametrize(
    ("area", "density", "variation", "expected"),
    [
        (0.995, 0.49, 0.8, ACCUSED),
        (0.985, 0.49, 0.8, HEALTHY),
        (0.995, 0.51, 0.8, HEALTHY),  # it wins, but samples are good
        (0.995, 0.0, 0.2, UNKNOWN),  # the generator has collapsed, which anything tells
    ],
)
def test_both_are_needed(evidence, area, density, variation, expected):
    scores = {"discriminator_auc": area, "clipped_density": density, "sample_variation": variation}
    assert DiscriminatorTooStrong().judge(evidence(**scores)).state == expected


def test_the_numbers_are_told(evidence):
    verdict = DiscriminatorTooStrong().judge(evidence(discriminator_auc=0.9987, clipped_density=0.123))
    assert (
        verdict.what
        == "it ranks 99.9% of held-out rows above samples, of which 12% lie where data are (clipped density)"
    )
    assert "optimizer.discriminator_learning_rate" in verdict.advice


def test_without_a_discriminator_or_the_quality_of_samples_nothing_is_said(evidence):
    assert DiscriminatorTooStrong().judge(evidence()).state == UNKNOWN
    assert DiscriminatorTooStrong().judge(evidence(discriminator_auc=0.999)).state == UNKNOWN
    assert DiscriminatorTooStrong().judge(evidence(discriminator_auc=0.9)).state == HEALTHY
