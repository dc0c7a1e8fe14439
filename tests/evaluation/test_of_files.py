"""Samples of another program: read as the dataset's own rows are, and what is said where they do not fit."""

import json

import numpy as np
import pytest
from PIL import Image

from ganae_cli.builders import from_config
from ganae_cli.datasets.digits import digits
from ganae_cli.errors import UserError
from ganae_cli.evaluation import of_files
from ganae_cli.evaluation.evaluate import evaluate as measured
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.subject import Subject

SETTINGS = ("evaluation.features=pixels", "evaluation.metrics=[fid]")


def evaluate(compose, path, *words, form="json"):
    return of_files.evaluate(str(path), compose(*words, *SETTINGS), [], form)


def test_the_number_is_that_of_the_images(compose, tmp_path, parts):
    data = digits()
    np.savez(tmp_path / "some.npz", images=data.train[:50])
    (entry,) = json.loads(evaluate(compose, tmp_path / "some.npz", "dataset=digits"))
    expected = measured(Subject(data, Protocol(features="pixels", metrics=("fid",)), given=data.train[:50]))
    assert entry["value"] == pytest.approx(expected.value("fid"))
    assert entry["protocol"]["samples"] == str(tmp_path / "some.npz")
    assert "step" not in entry["protocol"]
    assert "sampler" not in entry["protocol"]


def test_images_of_another_kind_are_said_to_be_nowhere_near_the_data(compose, tmp_path, parts):
    np.savez(tmp_path / "noise.npz", images=np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1), np.uint8))
    words = ("dataset=digits", "evaluation.features=pixels", "evaluation.metrics=[precision,copies]")
    page = of_files.evaluate(str(tmp_path / "noise.npz"), compose(*words), [], "text")
    assert "samples are nowhere near the data: precision 0% (held-out rows:" in " ".join(page.split())
    assert "healthy" not in page


def test_pictures_are_fitted_as_those_of_the_dataset(compose, tmp_path, parts, capsys):
    """A dataset of stretched pictures: samples of other sides are stretched, too, so that nothing is cut off."""
    for name, height in (("data", 8), ("samples", 16)):
        (tmp_path / name).mkdir()
        for i in range(60):
            pixels = np.random.default_rng(i).integers(0, 256, (height, 8, 1), np.uint8)
            pixels[: height // 8] = 0  # the uppermost row is black, and cropping would lose it
            Image.fromarray(pixels[..., 0]).save(tmp_path / name / f"{i:02}.png")
    words = ("dataset=image_folder", f"dataset.path={tmp_path / 'data'}", "dataset.image_size=8", "dataset.channels=1")
    seen = {}
    for how in ("stretch", "crop"):
        config = compose(*words, f"dataset.resize={how}", *SETTINGS)
        seen[how] = of_files._read(str(tmp_path / "samples"), from_config.build_data(config), config.dataset.resize)
    said = capsys.readouterr().err
    assert said.count("pictures of 16x8, as the first is, are fitted to 8x8 (stretch)\n") == 1
    assert said.count("pictures of 16x8") == 2
    of_files._read(str(tmp_path / "data"), from_config.build_data(compose(*words)), "crop")
    assert "fitted" not in capsys.readouterr().err
    assert seen["stretch"].shape == seen["crop"].shape == (60, 8, 8, 1)
    assert seen["stretch"][:, 0].mean() < 40
    assert seen["crop"][:, 0].mean() > 80


def test_points_are_standardised_as_the_data_are(compose, tmp_path, parts):
    rows = np.random.default_rng(0).normal(50, 10, (200, 2)).astype(np.float32)
    np.savez(tmp_path / "data.npz", x_train=rows[:150], x_test=rows[150:])
    np.savez(tmp_path / "samples.npz", points=rows[150:])
    words = ("dataset=arrays", f"dataset.path={tmp_path / 'data.npz'}")
    values = {}
    for is_on in ("true", "false"):
        (entry,) = json.loads(evaluate(compose, tmp_path / "samples.npz", *words, f"dataset.standardize={is_on}"))
        values[is_on] = entry["value"]
        assert entry["value"] == pytest.approx(entry["beside"], rel=1e-4), "the held-out rows themselves"
    assert values["false"] == pytest.approx(100 * values["true"], rel=0.3), "units of 10"


def test_the_page_names_the_samples_and_the_data(compose, tmp_path):
    np.savez(tmp_path / "some.npz", images=digits().train[:50])
    page = evaluate(compose, tmp_path / "some.npz", "dataset=digits", form="text")
    assert " ".join(page.split()).startswith(f"50 images of {tmp_path / 'some.npz'}, beside digits")


def test_what_does_not_fit_is_said_of_the_dataset(compose, tmp_path):
    np.savez(tmp_path / "grey.npz", images=np.zeros((30, 8, 8, 3), np.uint8))
    with pytest.raises(UserError, match=r"dataset 'digits' has images of 8x8 with 1 channel: expected uint8"):
        evaluate(compose, tmp_path / "grey.npz", "dataset=digits")
    np.savez(tmp_path / "points.npz", points=np.zeros((30, 3), np.float32))
    with pytest.raises(UserError, match=r"^--samples .*: 'points' is float32 \(30, 3\); expected numbers \(N, 2\)$"):
        evaluate(compose, tmp_path / "points.npz", "dataset=ring")
