"""Posterior collapse: of Gaussian encoders by the KL of each dimension, of all by their reconstructions."""

import pytest

from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, UNKNOWN
from ganae_cli.evaluation.verdicts.posterior_collapse import PosteriorCollapse


def state(evidence, **scores):
    return PosteriorCollapse().judge(evidence(**scores)).state


@pytest.mark.parametrize(("share", "expected"), [(1.0, ACCUSED), (31 / 32, HEALTHY), (0.0, HEALTHY)])
def test_every_dimension_has_to_have_collapsed(evidence, share, expected):
    """A model that switches off all but one dimension still tells something."""
    assert state(evidence, collapsed_units=share, reconstruction_variation=0.5, mse=(1.0, 1.0, 1.0, 2.0)) == expected


@pytest.mark.parametrize(
    ("variation", "error", "expected"),
    [(0.24, 0.91, ACCUSED), (0.26, 0.91, HEALTHY), (0.24, 0.89, HEALTHY), (0.95, 1.5, HEALTHY)],
)
def test_reconstructions_are_alike_and_no_better_than_the_mean_row(evidence, variation, error, expected):
    """A `bigan` may rebuild another digit each time: far from its input, but not the same."""
    assert state(evidence, reconstruction_variation=variation, mse=(error, 0, 9, 1.0)) == expected


def test_where_codes_have_collapsed_that_is_the_cause(evidence):
    scores = {"reconstruction_variation": 0.01, "mse": (1.0, 1, 1, 1.0)}
    assert state(evidence, **scores, collision_rate=0.04) == ACCUSED
    assert state(evidence, **scores, collision_rate=0.06) == UNKNOWN


def test_the_advice_fits_the_encoder(evidence):
    history = [{"step": 1, "encoder.prior": 0.0}]
    gaussian = PosteriorCollapse().judge(evidence(history, collapsed_units=1.0, reconstruction_variation=0.01))
    assert "model.weights.encoder.prior='{start: 0, end: 1, until: 0.3}'" in gaussian.advice
    plain = PosteriorCollapse().judge(evidence(reconstruction_variation=0.01, mse=(1.0, 1, 1, 1.0)))
    assert "loss.penalties" in plain.advice
    above = [{"step": 1, "code_discriminator.loss": 1.0, "code_generator.loss": 1.0}]
    latent = PosteriorCollapse().judge(evidence(above, reconstruction_variation=0.01, mse=(1.0, 1, 1, 1.0)))
    assert "train.init_from=RUN" in latent.advice
    assert (
        plain.what
        == "reconstructions differ by 1% of what their inputs do; their squared error is 100% of that of the mean row"
    )


def test_without_an_encoder_nothing_is_said(evidence):
    assert state(evidence, mse=(1.0, 1, 1, 1.0)) == UNKNOWN
