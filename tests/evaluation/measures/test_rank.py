"""Rank of the codes of held-out rows: by the singular values, written out."""

import numpy as np
import pytest


def test_it_is_of_the_codes_of_held_out_rows(of_images, of_model, scores):
    subject = of_model("autoencoder", of_images)
    found = scores("rank", subject)
    codes = subject.model.codes_of_held_out.astype(np.float64)
    singular = np.linalg.svd(codes - codes.mean(axis=0), compute_uv=False)
    share, power = singular / singular.sum(), singular**2
    assert found["effective_rank"].value == pytest.approx(np.exp(-(share * np.log(share)).sum()), rel=1e-5)
    assert found["participation_ratio"].value == pytest.approx(power.sum() ** 2 / (power**2).sum(), rel=1e-5)
    assert found["stable_rank"].value == pytest.approx(power.sum() / power[0], rel=1e-5)
    kept = np.cumsum(power) / power.sum()
    assert found["components_95"].value == 1 + np.sum(kept < 0.95)
    assert {score.beside for score in found.values()} == {3}
    assert {score.about["beside"] for score in found.values()} == {"z_dim"}


def test_codes_on_a_line_have_one_dimension(of_points, fresh, scores):
    subject = fresh("autoencoder", of_points)
    kernel = subject.game.network("encoder").trainable_variables[-2]
    assert kernel.shape[-1] == 3
    kernel.assign(np.repeat(kernel.numpy()[:, :1], 3, axis=1) * [1, 2, 3])
    found = scores("rank", subject)
    assert found["effective_rank"].value == pytest.approx(1, abs=1e-3)
    assert found["components_99"].value == 1


def test_without_an_encoder_it_is_refused(of_images, of_model, refusal):
    assert refusal("rank", of_model("gan", of_images)) == "there is no encoder"
