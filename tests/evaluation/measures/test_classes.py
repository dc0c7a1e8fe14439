"""Classes of samples: by the classifier of a dataset whose classes differ plainly, dark, grey and bright."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.features import convnet

LOW = (0, 100, 200)


def of_class(number, count, seed=0):
    return np.random.default_rng(seed).integers(LOW[number], LOW[number] + 50, (count, 8, 8, 1), np.uint8)


def split(count, seed):
    labels = np.repeat([1, 4, 9], count).astype(np.int64)  # labels need not be 0, 1, 2
    return np.concatenate([of_class(k, count, seed + k) for k in range(3)]), labels


@pytest.fixture(scope="module")
def data():
    (train, train_labels), (test, test_labels) = split(60, 0), split(20, 10)
    return Data("greys", train, test, train_labels, test_labels, classes=tuple("0123456789"))


@pytest.fixture
def quick(monkeypatch):
    """A classifier of little training, which knows these classes nevertheless."""
    monkeypatch.setattr(convnet, "LEAST_STEPS", 60)
    monkeypatch.setattr(convnet, "MOST_EPOCHS", 20)
    monkeypatch.setenv("GANAE_CLASSIFIER_CACHE", "off")
    monkeypatch.setenv("GANAE_FEATURE_CACHE", "off")


def test_a_class_that_is_never_drawn_and_one_that_is_rare(data, given, scores, quick):
    """Training rows have a third of each class; of 60 samples 30 are dark, 25 grey and 5 bright: 5/60 over 1/3."""
    rows = np.concatenate([of_class(0, 30, 20), of_class(1, 25, 21), of_class(2, 5, 22)])
    subject = given(data, rows, features="classifier")
    assert subject.space.facts["accuracy"] == 1
    found = scores("classes", subject)
    assert set(found) == {"rarest_class"}, "nobody asked for classes"
    assert found["rarest_class"].value == pytest.approx(0.25)
    assert found["rarest_class"].beside == pytest.approx(1)
    lost = given(data, np.concatenate([of_class(0, 30, 20), of_class(1, 30, 21)]), features="classifier")
    vars(lost)["space"] = subject.space
    assert scores("classes", lost)["rarest_class"].value == 0


def test_the_class_that_was_asked_for(data, of_model, scores, quick):
    """Samples that are put in the place of the model's: those of the class, but for every fourth."""
    subject = of_model("gan", data, {"model.condition": "concat"}, features="classifier")
    vars(subject.model)["labels"] = np.repeat([1, 4, 9], 20)
    rows, _ = split(20, 30)
    rows[::4] = np.concatenate([of_class(1, 10, 50), of_class(0, 5, 51)])
    vars(subject)["samples"] = rows
    found = scores("classes", subject)["label_accuracy"]
    right = np.repeat([0, 1, 2], 20)
    right[::4] = [1] * 10 + [0] * 5
    expected = np.mean(right == np.repeat([0, 1, 2], 20))
    assert expected == 50 / 60
    assert found.value == pytest.approx(expected)
    assert found.low < found.value < found.high
    assert (found.beside, found.about["beside"]) == (1, "held-out rows")


def test_other_features_do_not_know_the_classes(data, given, refusal):
    assert refusal("classes", given(data, data.test)) == "only features=classifier knows the classes"
