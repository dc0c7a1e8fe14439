"""Variation: root mean square distance of samples beside that of training rows; that of reconstructions, too."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data


def test_samples_of_half_the_spread_have_a_variation_of_one_half(of_points, given, scores):
    subject = given(of_points, of_points.test / 2)
    found = scores("variation", subject)["sample_variation"]

    def size(rows):
        return np.sqrt(np.var(rows.astype(np.float64), axis=0, ddof=1).sum())

    assert found.value == pytest.approx(size(of_points.test) / 2 / size(subject.rows.train))
    assert found.beside == pytest.approx(2 * found.value), "held-out rows in their place"
    assert found.interval is None


def test_reconstructions_beside_their_originals(of_images, of_model, scores):
    subject = of_model("autoencoder", of_images, sampler="gaussian")
    found = scores("variation", subject)
    rebuilt = subject.model.reconstructed("held_out").astype(np.float64)
    expected = np.var(rebuilt, axis=0, ddof=1).sum() / np.var(of_images.test.astype(np.float64), axis=0, ddof=1).sum()
    assert found["reconstruction_variation"].value == pytest.approx(np.sqrt(expected))
    assert found["reconstruction_variation"].beside == pytest.approx(1)


def test_without_an_encoder_there_are_no_reconstructions(of_images, of_model, scores):
    assert set(scores("variation", of_model("gan", of_images))) == {"sample_variation"}


def test_data_that_are_all_alike_have_none(given, scores):
    rows = np.full((30, 4, 4, 1), 7, np.uint8)
    assert scores("variation", given(Data("grey", rows, rows), rows)) == {}
