"""Robustness: what noise of known size does to codes and reconstructions of models that are known."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.evaluation.measures.robustness import _unit


def test_a_model_that_passes_everything_on_keeps_all_noise(of_points, of_model, scores):
    """Points that are encoded and decoded as they are, in the place of the networks."""
    subject = of_model("autoencoder", of_points)
    subject.model.encode, subject.model.decode = lambda rows: rows, lambda codes, labels=None: codes
    found = scores("robustness", subject)
    assert found["noise_kept"].value == pytest.approx(1)
    rows = subject.rows.held_out.astype(np.float64)
    spread = np.sqrt(2 * rows.var(axis=0, ddof=1).sum())
    random = np.random.default_rng(1)
    lengths = [np.linalg.norm(random.normal(size=2)) for _ in rows]
    assert found["code_displacement"].value == pytest.approx(0.1 * _unit(rows) * np.mean(lengths) / spread, rel=1e-4)
    curve = found["code_displacement"].about["curve"]
    assert curve["0.2"] == pytest.approx(2 * curve["0.1"], rel=1e-2)
    assert curve["0.1"] == pytest.approx(found["code_displacement"].value, abs=1e-4)


def test_a_model_that_is_deaf_keeps_none(of_images, fresh, scores):
    subject = fresh("autoencoder", of_images)
    for variable in subject.game.network("encoder").trainable_variables:
        variable.assign(np.zeros(variable.shape))
    found = scores("robustness", subject)
    assert (found["noise_kept"].value, found["code_displacement"].value) == (0, 0)
    assert (found["noise_kept"].beside, found["noise_kept"].about["rows"]) == (1, 40)


def test_a_conditional_model(of_images, of_model, scores):
    assert set(scores("robustness", of_model("vae", of_images, {"model.condition": "concat"}))) == {
        "noise_kept",
        "code_displacement",
    }


def test_it_is_refused_without_an_encoder_or_the_classes_that_a_decoder_needs(of_images, of_model, refusal):
    assert refusal("robustness", of_model("gan", of_images)) == "there is no encoder"
    unlabelled = Data("made", of_images.train, of_images.test, of_images.train_labels, classes=of_images.classes)
    conditional = of_model("vae", unlabelled, {"model.condition": "concat"})
    assert refusal("robustness", conditional) == "a conditional decoder needs the class of each row"


def test_noise_on_points_is_a_share_of_their_spread_wherever_they_lie():
    rows = np.random.default_rng(0).standard_normal((500, 2))
    assert _unit(rows + np.array([0, 1000])) == pytest.approx(_unit(rows))
    assert _unit(rows) == pytest.approx(1, abs=0.1)
