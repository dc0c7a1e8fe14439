"""Measures by a classifier, of samples with known answers: held-out images, prototypes, noise."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from ganae_cli.datasets.digits import digits
from ganae_cli.metrics import classifier as module
from ganae_cli.metrics.classifier import Classifier, classifier_metrics, train_classifier


@pytest.fixture(scope="module")
def data():
    return digits()


@pytest.fixture(scope="module")
def classifier(data):
    """Return the classifier of all published figures, by which every run on digits is measured."""
    return train_classifier(data.train, data.train_labels)


def measured(samples, data, classifier):
    return classifier_metrics(samples, data.test, classifier, data.test_labels)


def test_held_out_images_score_as_defined(data, classifier):
    found = measured(data.test, data, classifier)
    assert found["recognised"] == pytest.approx(0.9, abs=1 / 299)
    assert found["spread"] == found["smallest_spread"] == 1
    assert 0.08 < found["smallest_class"] < found["largest_class"] < 0.13
    assert found["accuracy"] == pytest.approx(0.973, abs=0.01)


def test_half_of_the_held_out_images_beside_the_other_half(data, classifier):
    """What holds of any real images that the classifier has not seen, with the noise of 150."""
    found = classifier_metrics(data.test[::2], data.test[1::2], classifier, data.test_labels[1::2])
    assert found["recognised"] == pytest.approx(0.9, abs=0.08)
    assert found["spread"] == pytest.approx(1, abs=0.1)


def test_without_labels_of_held_out_images_there_is_no_accuracy(data, classifier):
    found = measured(data.test, data, classifier)
    del found["accuracy"]
    assert classifier_metrics(data.test, data.test, classifier) == found


def test_ten_prototypes_have_no_spread(data, classifier):
    """One image of each class, repeated: recognised, balanced, and without spread."""
    prototypes = np.stack([data.train[data.train_labels == c].mean(axis=0).round() for c in range(10)]).astype(np.uint8)
    found = measured(np.repeat(prototypes, 30, axis=0), data, classifier)
    assert found["recognised"] >= 0.9
    assert found["spread"] == pytest.approx(0, abs=1e-6)
    assert found["smallest_spread"] == pytest.approx(0, abs=1e-6)
    assert found["smallest_class"] == found["largest_class"] == pytest.approx(0.1)


def test_one_class_is_seen_in_the_shares(data, classifier):
    found = measured(data.train[data.train_labels == 3], data, classifier)
    assert found["largest_class"] > 0.95
    assert found["smallest_class"] == 0


def test_noise_is_not_recognised(data, classifier):
    noise = np.random.default_rng(0).integers(0, 256, data.train[:500].shape).astype(np.uint8)
    assert measured(noise, data, classifier)["recognised"] < 0.5


def test_spread_by_hand():
    """Two classes differ in the first of two pixels; the second has the values 0 … 99, in samples 0 … 49, twice each.

    The variance of 0 … n - 1 is (n^2 - 1) / 12, and of N values it is estimated by N / (N - 1) times theirs.
    """
    first, second = np.repeat([0, 200], 100), np.tile(np.arange(100), 2)
    held_out, samples = (
        np.stack([first, x], axis=1).astype(np.uint8).reshape(-1, 1, 2, 1) for x in (second, second // 2)
    )
    by_first_pixel = Classifier(np.array([4, 7]), (np.array([[-50.0, 50.0], [0.0, 0.0]]),), (np.array([20.0, -20.0]),))
    found = classifier_metrics(samples, held_out, by_first_pixel, np.repeat([4, 7], 100))
    assert found["spread"] == found["smallest_spread"] == pytest.approx(np.sqrt((50**2 - 1) / (100**2 - 1)))
    assert found["smallest_class"] == found["largest_class"] == 0.5
    assert found["recognised"] == found["accuracy"] == 1


@pytest.mark.parametrize("classes", [2, 10])
def test_probabilities_are_those_of_the_library(data, classes):
    """With two classes the library has one output, and the classifier two."""
    few = data.train_labels < classes
    images, labels = data.train[few][:200], data.train_labels[few][:200] * 3
    theirs = MLPClassifier((128,), alpha=1e-2, max_iter=400, random_state=5)
    with threadpool_limits(1):
        theirs.fit((images / 255.0).reshape(200, 64).astype(np.float32), labels)
    expected = theirs.predict_proba((data.test / 255.0).reshape(299, 64))
    made = train_classifier(images, labels, seed=5)
    assert made.classes.tolist() == [3 * c for c in range(classes)]
    assert made.probabilities(data.test) == pytest.approx(expected, abs=1e-5)


def test_of_a_large_set_it_learns_a_random_part_in_few_epochs(data, monkeypatch):
    """800 of the images, and 3 passes over their 64 numbers: it ends before it could learn all of them by heart."""
    given = []

    class Seen(MLPClassifier):
        def fit(self, rows, labels):
            given.append((self.max_iter, rows, labels))
            return super().fit(rows, labels)

    monkeypatch.setattr(module, "MLPClassifier", Seen)
    monkeypatch.setattr(module, "MOST_NUMBERS", 800 * 64)
    monkeypatch.setattr(module, "ALL_EPOCHS", 3 * 800 * 64)
    order = np.argsort(data.train_labels, kind="stable")  # sorted by class, as files often are
    train_classifier(data.train[order], data.train_labels[order])
    epochs, rows, labels = given[0]
    assert (epochs, len(rows)) == (3, 800)
    assert np.bincount(labels).min() > 50


def test_the_classifier_follows_the_seed(data):
    first, again, other = (train_classifier(data.train[:50], data.train_labels[:50], seed=seed) for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(first.weights, again.weights, strict=True))
    assert not np.array_equal(first.weights[0], other.weights[0])
