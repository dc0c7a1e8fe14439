"""Measures by a classifier, of samples with known answers: real images, copies, prototypes, noise."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from ganae_cli.datasets.digits import digits
from ganae_cli.metrics.classifier import classifier_metrics


def quick_classifier(seed):
    """Return a classifier that tells digits apart and is fitted in a moment."""
    return LogisticRegression(C=0.1, max_iter=200, random_state=seed)


@pytest.fixture(scope="module")
def data():
    return digits()


def measured(samples, data, **options):
    return classifier_metrics(
        samples, data.train, data.train_labels, **({"make_classifier": quick_classifier} | options)
    )


def test_held_out_reals_score_as_defined(data):
    """One half of the digits in place of samples: recognised like unseen ones (90 %), as varied and as new."""
    order = np.random.default_rng(1).permutation(len(data.train))
    half = len(order) // 2
    held_out = classifier_metrics(
        data.train[order[:half]],
        data.train[order[half:]],
        data.train_labels[order[half:]],
        train=data.train[order[half:]][: half // 2],  # as many as the classifier is trained on
        make_classifier=quick_classifier,
    )
    assert held_out["recognised"] == pytest.approx(0.9, abs=0.05)
    assert held_out["spread"] == pytest.approx(1, abs=0.05)
    assert held_out["novelty"] == pytest.approx(1, abs=0.05)
    assert 0.07 < held_out["smallest_class"] < held_out["largest_class"] < 0.13
    assert held_out["accuracy"] > 0.93


def test_the_default_classifier(data):
    """The classifier of all published figures, on the test images and a quarter of the training images."""
    few = slice(0, 400)
    with threadpool_limits(1):  # its matrices are too small for several threads
        found = classifier_metrics(data.test, data.train[few], data.train_labels[few])
    assert found["accuracy"] > 0.85
    assert found["recognised"] == pytest.approx(0.9, abs=0.1)
    assert found["spread"] == pytest.approx(1, abs=0.15)


def test_a_copier_has_no_novelty(data):
    found = measured(data.train[:500], data)
    assert found["novelty"] == 0
    assert found["recognised"] > 0.85
    assert found["spread"] == pytest.approx(1, abs=0.08)


def test_novelty_is_measured_against_the_training_images(data):
    assert measured(data.train[:500], data, train=data.train[500:])["novelty"] > 0.7


def test_ten_prototypes_have_no_spread(data):
    """One image of each class, repeated: recognised, balanced, and without spread."""
    prototypes = np.stack([data.train[data.train_labels == c].mean(axis=0).round() for c in range(10)]).astype(np.uint8)
    found = measured(np.repeat(prototypes, 30, axis=0), data)
    assert found["recognised"] == 1
    assert found["spread"] == pytest.approx(0, abs=1e-6)
    assert found["smallest_spread"] == pytest.approx(0, abs=1e-6)
    assert found["smallest_class"] == found["largest_class"] == pytest.approx(0.1)


def test_one_class_is_seen_in_the_shares(data):
    found = measured(data.train[data.train_labels == 3], data)
    assert found["largest_class"] > 0.9
    assert found["smallest_class"] == 0


def test_noise_is_not_recognised(data):
    noise = np.random.default_rng(0).integers(0, 256, data.train[:500].shape).astype(np.uint8)
    found = measured(noise, data)
    assert found["recognised"] < 0.5
    assert found["novelty"] > 1.5


def test_spread_by_hand():
    """Two classes differ in the first of two pixels; the second has the values 0 … 99, in samples 0 … 49.

    The mean distance to the mean of 0 … n - 1 is n / 4, so samples have half the spread.
    """
    first, second = np.repeat([0, 200], 100), np.tile(np.arange(100), 2)
    real = np.stack([first, second], axis=1).astype(np.uint8).reshape(-1, 1, 2, 1)
    labels = np.repeat([0, 1], 100)
    samples = np.stack([first, second // 2], axis=1).astype(np.uint8).reshape(-1, 1, 2, 1)

    class Sure:
        """Classifier by the first pixel, with class probabilities of 0 and 1."""

        classes_ = np.array([0, 1])

        def fit(self, rows, labels):
            return self

        def predict_proba(self, rows):
            return np.eye(2)[(rows[:, 0] > 0.5).astype(int)]

    found = classifier_metrics(samples, real, labels, make_classifier=lambda seed: Sure())
    assert found["recognised"] == found["accuracy"] == 1
    assert found["spread"] == pytest.approx(0.5, rel=0.15)  # of the 50 or so values in the unseen half
    assert found["smallest_class"] == found["largest_class"] == 0.5


def test_the_classifier_and_the_halves_follow_the_seed(data):
    first, again, other = (measured(data.test, data, seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert first != other
