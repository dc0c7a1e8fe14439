"""The classifier of a dataset: how good it is, that it is kept, and what it refuses."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.digits import digits
from ganae_cli.errors import UserError
from ganae_cli.features import classifier, convnet
from ganae_cli.features.classifier import ClassifierFeatures


@pytest.fixture(scope="module")
def data():
    return digits()


@pytest.fixture
def little(data, monkeypatch):
    """Few digits and little training."""
    monkeypatch.setattr(convnet, "LEAST_STEPS", 20)
    monkeypatch.setattr(convnet, "MOST_EPOCHS", 1)
    return data.first(100)


def prepared(data, say=lambda line: None, **options):
    space = ClassifierFeatures(**options)
    space.prepare(data, None, say)
    return space


def test_it_recognises_held_out_digits(data):
    """97 % are asked for; the perceptron of `metrics.classifier` has 97.3 %."""
    keras.config.set_dtype_policy("mixed_float16")
    space = prepared(data)
    found = space.embed(data.test)
    accuracy = np.mean(found.probabilities.argmax(axis=1) == data.test_labels)
    assert accuracy >= 0.97
    assert space.facts["accuracy"] == pytest.approx(accuracy, abs=1e-4)
    assert (space.facts["accuracy_rows"], space.facts["classes"], space.facts["dimensions"]) == (299, 10, 64)
    sure = found.probabilities.max(axis=1)
    assert np.mean(sure) == pytest.approx(accuracy, abs=0.03), "sure as often as right"
    assert found.frechet is found.rows
    assert np.sqrt(np.mean(space.embed(data.train).rows ** 2)) == pytest.approx(1, rel=1e-3)


def test_its_features_tell_classes_apart(data):
    """The nearest training image is of the same class more often than it is by pixels (0.98)."""
    space = prepared(data)
    train, test = space.embed(data.train).rows, space.embed(data.test).rows
    nearest = ((test[:, None] - train[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert np.mean(data.train_labels[nearest] == data.test_labels) >= 0.97


def test_it_is_trained_once(little, folder, monkeypatch):
    said = []
    first = prepared(little, said.append)
    assert [line.startswith("training a classifier of 100 training images") for line in said] == [True]
    monkeypatch.setattr(convnet, "train", None)  # not needed a second time
    second = prepared(little, said.append)
    assert len(said) == 1
    assert second.facts == first.facts
    assert np.array_equal(second.embed(little.test).rows, first.embed(little.test).rows)
    assert [path.suffix for path in folder.iterdir()] == [".npz"]


def test_a_strategy_of_the_caller_does_not_matter(little, folder):
    expected = prepared(little).facts["features_weights"]
    for path in folder.iterdir():
        path.unlink()
    with tf.distribute.MirroredStrategy(["/cpu:0"]).scope():
        assert prepared(little).facts["features_weights"] == expected


@pytest.mark.parametrize(
    "change",
    [
        None,
        lambda arrays: {name: one for name, one in arrays.items() if name != "w3"},
        lambda arrays: arrays | {"w0": arrays["w0"][:2]},
        lambda arrays: arrays | {"w0": arrays["w0"].astype(np.float64)},
    ],
    ids=["torn", "other arrays", "other shapes", "other types"],
)
def test_a_file_that_does_not_fit_is_written_anew(little, damage, change):
    expected = prepared(little).facts
    path, content = damage(change)
    assert prepared(little).facts == expected
    assert path.read_bytes() == content


def test_other_data_and_seeds_have_classifiers_of_their_own(little, data, folder):
    given = [prepared(little), prepared(little, seed=1), prepared(data.first(90))]
    assert len(list(folder.iterdir())) == 3
    assert len({space.facts["features_weights"] for space in given}) == 3
    with pytest.raises(UserError, match="seed must be 0 or more"):
        ClassifierFeatures(seed=-1)


def test_what_it_refuses(data):
    images, points = data.train[:10], np.zeros((5, 2), np.float32)
    one, many = np.zeros(10, np.int64), np.zeros((1001, 1, 1, 1), np.uint8)
    cases = {
        "has no labels": Data("bare", images, images),
        "all training images are of one class": Data("one", images, images, one, one),
        "these are points; features=pixels": Data("points", points, points, np.arange(5), None),
        "1,001 classes are more than": Data("many", many, many[:1], np.arange(1001)),
    }
    for words, given in cases.items():
        assert words in ClassifierFeatures().refusal(given)
        with pytest.raises(UserError, match=r"^features=classifier: "):
            ClassifierFeatures().prepare(given)


def test_channels_multiply(little, monkeypatch):
    """The probability of the class "ab" is that of a in the first channel times that of b in the second."""
    pairs = np.concatenate([little.train[:50], little.train[50:]], axis=3)
    labels = little.train_labels[:50] * 10 + little.train_labels[50:]
    names = tuple(f"{k:02}" for k in range(100))
    stacked = Data("stacked", pairs, pairs[:20], labels, labels[:20], classes=names, channel_classes=10)
    space = prepared(stacked)
    found = space.embed(stacked.test)
    assert found.rows.shape == (20, 128)
    assert found.frechet.shape == (20, 64)
    swapped = space.embed(np.ascontiguousarray(stacked.test[..., ::-1]))
    np.testing.assert_allclose(swapped.rows, np.roll(found.rows, 64, axis=1), rtol=1e-4, atol=1e-5)
    as_table = found.probabilities.reshape(20, 10, 10)
    np.testing.assert_allclose(swapped.probabilities.reshape(20, 10, 10), as_table.swapaxes(1, 2), rtol=1e-3, atol=1e-7)
    rank_one = as_table.sum(axis=2)[:, :, None] * as_table.sum(axis=1)[:, None]
    np.testing.assert_allclose(as_table, rank_one, rtol=1e-3, atol=1e-7)
    other = stacked.test.copy()
    other[..., 1] = 255 - other[..., 1]
    changed = space.embed(other).probabilities.reshape(20, 10, 10)
    np.testing.assert_allclose(changed.sum(axis=2), as_table.sum(axis=2), rtol=1e-3, atol=1e-7)
    assert np.abs(changed.sum(axis=1) - as_table.sum(axis=1)).max() > 0.01, "the second channel is the last digit"
    monkeypatch.setattr(classifier, "MOST_CLASSES", 50)
    assert space.embed(stacked.test).probabilities is None
