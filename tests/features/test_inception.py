"""Features are those of the given weights: the same as Keras computes of images that Pillow has resized."""

import hashlib

import keras
import numpy as np
import pytest
from PIL import Image

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features import inception_weights
from ganae_cli.features.inception import Inception
from ganae_cli.registry import build

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
COLOURS = Data("colours", IMAGES, IMAGES)


def test_without_weights_it_is_refused_before_anything_is_built(tmp_path, monkeypatch):
    monkeypatch.setattr(inception_weights, "URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    for space in (Inception(), build("features", "inception", weights=str(tmp_path / "none.h5"))):
        reason = space.refusal(COLOURS)
        assert "evaluation.inception_weights=" in reason
        assert "\n" not in reason
        with pytest.raises(UserError) as caught:
            space.prepare(COLOURS)
        assert str(caught.value) == f"features=inception: {reason}"


def test_points_are_refused():
    points = np.zeros((5, 2), np.float32)
    assert "points are no images" in Inception().refusal(Data("ring", points, points))


@pytest.mark.slow
def test_other_weights_are_refused(tmp_path):
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save_weights(tmp_path / "x.weights.h5")
    space = Inception(str(tmp_path / "x.weights.h5"))
    assert space.refusal(COLOURS) is None
    with pytest.raises(UserError, match=r"x\.weights\.h5 has no weights of Keras' InceptionV3"):
        space.prepare(COLOURS)


@pytest.mark.slow
def test_features_are_those_of_the_given_file(tmp_path):
    """299 pixels by Pillow in floating point, from -1 to 1 by Keras' own function; the policy changes nothing."""
    file = tmp_path / "mine.weights.h5"
    model = keras.applications.InceptionV3(weights=None)
    model.save_weights(file)
    planes = [
        Image.fromarray(plane.astype(np.float32), "F") for plane in IMAGES.transpose(0, 3, 1, 2).reshape(9, 32, 32)
    ]
    resized = [np.asarray(plane.resize((299, 299), Image.Resampling.BICUBIC)) for plane in planes]
    pixels = np.stack(resized).reshape(3, 3, 299, 299).transpose(0, 2, 3, 1).clip(0, 255)
    inputs = keras.applications.inception_v3.preprocess_input(pixels)
    pooled = keras.Model(model.input, model.get_layer("avg_pool").output)

    keras.config.set_dtype_policy("mixed_float16")
    space = Inception(str(file))
    space.prepare(COLOURS)
    found = space.embed(IMAGES)
    assert found.frechet is found.rows
    assert (found.rows.dtype, found.rows.shape, found.probabilities.shape) == (np.float32, (3, 2048), (3, 1000))
    expected = np.asarray(pooled(inputs))
    largest = float(np.abs(expected).max())
    assert largest > 1e-6
    assert found.rows == pytest.approx(expected, rel=0, abs=1e-4 * largest)
    assert found.probabilities == pytest.approx(np.asarray(model(inputs)), abs=1e-5)
    facts = space.facts
    assert facts["features_weights"] == "of the file mine.weights.h5"
    assert facts["weights_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert "compare with no FID of a paper" in facts["network"]
    assert (facts["dimensions"], facts["image_size"], "probabilities" in facts) == (2048, 299, True)


@pytest.mark.slow
def test_without_a_classifier_there_are_no_probabilities(tmp_path):
    file = tmp_path / "notop.weights.h5"
    keras.applications.InceptionV3(weights=None, include_top=False).save_weights(file)
    space = Inception(str(file))
    space.prepare(COLOURS)
    found = space.embed(IMAGES[:1])
    assert found.rows.shape == (1, 2048)
    assert found.probabilities is None
    assert "probabilities" not in space.facts
