"""Reconstruction errors: of images from 0 to 1, of points in the units of the data; beside the mean training row."""

import numpy as np
import pytest

from ganae_cli.metrics.ssim import ssim


def test_of_images(of_images, of_model, scores):
    subject = of_model("autoencoder", of_images)
    found = scores("reconstruction", subject)
    rows, again = subject.rows.held_out, subject.model.reconstructed("held_out")
    original, rebuilt = rows / 255, again / 255
    mse = ((original - rebuilt) ** 2).mean(axis=(1, 2, 3))
    assert set(found) == {"mse", "psnr", "ssim"}
    assert found["mse"].value == pytest.approx(mse.mean())
    assert found["psnr"].value == pytest.approx((-10 * np.log10(mse)).mean())
    assert found["ssim"].value == pytest.approx(ssim(rows, again).mean())
    mean = np.rint(of_images.train.mean(axis=0)) / 255
    assert found["mse"].beside == pytest.approx(((original - mean) ** 2).mean(), rel=1e-3)
    assert found["mse"].about["beside"] == "the mean of the training rows, whatever the input"


def test_of_points_in_the_units_of_the_data(made_of, of_model, scores):
    data = made_of.labelled(made_of.points(120) * 100, made_of.points(40, 1) * 100).standardized().ready()
    subject = of_model("autoencoder", data)
    found = scores("reconstruction", subject)
    both = subject.rows.held_out, subject.model.reconstructed("held_out")
    original, rebuilt = (data.in_units(one).astype(np.float64) for one in both)
    assert set(found) == {"mse", "mae"}
    assert found["mse"].value == pytest.approx(((original - rebuilt) ** 2).mean(), rel=1e-5)
    assert found["mae"].value == pytest.approx(np.abs(original - rebuilt).mean(), rel=1e-5)
    assert found["mae"].value > 10
    assert found["mse"].beside == pytest.approx(np.square(original - original.mean(axis=0)).mean(), rel=0.2)


def test_a_perfect_reconstruction(of_images, of_model, scores):
    subject = of_model("autoencoder", of_images)
    vars(subject.model)["_reconstructed"] = {"held_out": subject.rows.held_out}
    found = scores("reconstruction", subject)
    assert found["mse"].value == 0
    assert found["ssim"].value == pytest.approx(1)
    assert np.isfinite(found["psnr"].value) or found["psnr"].value == np.inf


def test_a_conditional_decoder_is_told_the_class_of_each_row(of_images, of_model, scores):
    subject = of_model("vae", of_images, {"model.condition": "concat"})
    right = scores("reconstruction", subject)["mse"].value
    other = of_model("vae", of_images, {"model.condition": "concat"})
    other.rows.labels_of = lambda split: (subject.rows.labels_of(split) + 1) % 3
    assert scores("reconstruction", other)["mse"].value != right


def test_without_an_encoder_it_is_refused(of_images, of_model, refusal, given):
    for subject in (of_model("gan", of_images), given(of_images, of_images.test)):
        assert refusal("reconstruction", subject) == "there is no encoder"
