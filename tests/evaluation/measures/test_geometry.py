"""Geometry of codes: trustworthiness as scikit-learn has it, and contraction of an encoder that is linear."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness


def test_trustworthiness_and_continuity(of_points, of_model, scores):
    subject = of_model("autoencoder", of_points)
    found = scores("geometry", subject)
    rows, codes = subject.rows.held_out.astype(np.float64), subject.model.codes_of_held_out.astype(np.float64)
    assert found["trustworthiness"].value == pytest.approx(trustworthiness(rows, codes, n_neighbors=5))
    assert found["continuity"].value == pytest.approx(trustworthiness(codes, rows, n_neighbors=5))
    assert (found["continuity"].beside, found["continuity"].about["beside"]) == (0.5, "codes by chance")


def test_an_encoder_that_keeps_all_distances_contracts_nothing(of_points, of_model, scores):
    """Codes that are the points themselves, times 3, in the place of those of the network."""
    subject = of_model("autoencoder", of_points)
    subject.model.encode = lambda rows: 3 * rows
    vars(subject.model)["codes_of_held_out"] = 3 * subject.rows.held_out
    found = scores("geometry", subject)
    assert found["contraction"].value == pytest.approx(1, abs=1e-5)
    assert found["trustworthiness"].value == 1
    assert found["contraction"].about["curve"] == dict.fromkeys(("0.05", "0.1", "0.2", "0.5", "1"), 1.0)


def test_one_code_for_all(of_points, of_model, scores):
    subject = of_model("autoencoder", of_points)
    subject.model.encode = lambda rows: np.zeros((len(rows), 3), np.float32)
    vars(subject.model)["codes_of_held_out"] = subject.model.encode(subject.rows.held_out)
    found = scores("geometry", subject)
    assert found["contraction"].value == 0
    assert found["trustworthiness"].value < 0.7


def test_without_an_encoder_it_is_refused(of_images, of_model, refusal):
    assert refusal("geometry", of_model("gan", of_images)) == "there is no encoder"
