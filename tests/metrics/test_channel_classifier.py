"""Images whose channels are classified by themselves."""

import numpy as np
import pytest

from ganae_cli.metrics.channel_classifier import ChannelClassifier, split_labels
from ganae_cli.metrics.classifier import Classifier, classifier_metrics


def dark_or_bright(first=0, second=1):
    """Return a classifier of images of 1 pixel: P(second) = sigmoid(10 (x - 0.5)), x from 0 to 1."""
    return Classifier(np.array([first, second]), (np.array([[0.0, 10.0]]),), (np.array([0.0, -5.0]),))


def images(*channels):
    return np.array(channels, np.uint8).reshape(len(channels), 1, 1, -1)


def test_the_class_is_the_number_that_the_channels_spell():
    classifier = ChannelClassifier(dark_or_bright(3, 7), 10, 3)
    assert classifier.classes.tolist() == [333, 337, 373, 377, 733, 737, 773, 777]
    given = images([0, 0, 255], [255, 0, 0], [255, 255, 0])
    assert classifier.predicted(given).tolist() == [337, 733, 773]
    assert classifier.classes[classifier.probabilities(given).argmax(axis=1)].tolist() == [337, 733, 773]


def test_the_probability_is_the_product_over_the_channels():
    classifier = ChannelClassifier(dark_or_bright(), 2, 2)
    (found,) = classifier.probabilities(images([0, 127.5 * 1.2]))  # x = 0, and 153 / 255 = 0.6
    bright = [1 / (1 + np.exp(5)), 1 / (1 + np.exp(-1))]
    expected = [(1 - bright[0]) * (1 - bright[1]), (1 - bright[0]) * bright[1]]
    expected += [bright[0] * (1 - bright[1]), bright[0] * bright[1]]
    assert found == pytest.approx(expected)
    assert classifier.classes.tolist() == [0, 1, 2, 3]


def test_many_images_are_classified_in_parts():
    channels = np.random.default_rng(0).integers(0, 2, (9000, 3))
    classifier = ChannelClassifier(dark_or_bright(), 2, 3)
    found = classifier.predicted((255 * channels).astype(np.uint8).reshape(9000, 1, 1, 3))
    assert (found == channels @ [4, 2, 1]).all()
    assert (split_labels(found, 2, 3).reshape(9000, 3) == channels).all()


def test_it_measures_as_any_other_classifier():
    given = images([0, 255], [255, 0], [0, 0], [255, 255])
    classifier = ChannelClassifier(dark_or_bright(), 2, 2)
    found = classifier_metrics(given, given, classifier, np.array([1, 2, 0, 0]))
    assert (found["accuracy"], found["smallest_class"]) == (0.75, 0.25)
