"""The Inception score of an evaluation: by the probabilities that the feature space gives, if it has a classifier."""

import numpy as np
import pytest

from ganae_cli.features.base import Embedded


def known(subject, samples, held_out):
    """Put probabilities in the place of those that a classifier would give; other features do not count here."""
    space = np.zeros((len(samples), 2), np.float32)
    vars(subject)["of_samples"] = Embedded(space, space, np.asarray(samples, np.float32))
    vars(subject)["of_held_out"] = Embedded(space, space, np.asarray(held_out, np.float32))
    return subject


def test_of_sure_samples_it_is_the_number_of_their_classes(of_images, given, scores):
    """Samples of two classes as frequent: exp(log 2) = 2; held-out rows of three: 3; one unsure of all: 1."""
    one_of = np.eye(3)
    subject = known(given(of_images, of_images.test), one_of[np.arange(30) % 2], one_of[np.arange(30) % 3])
    found = scores("inception_score", subject)["inception_score"]
    assert found.value == pytest.approx(2)
    assert found.beside == pytest.approx(3)
    assert found.about["features"] == "pixels"
    unsure = known(given(of_images, of_images.test), np.full((30, 3), 1 / 3), one_of[np.arange(30) % 3])
    assert scores("inception_score", unsure)["inception_score"].value == pytest.approx(1)


def test_a_space_without_a_classifier_has_none(of_images, given, refusal):
    assert refusal("inception_score", given(of_images, of_images.test)) == "the feature space has no classifier"
