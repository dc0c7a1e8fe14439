"""The Vendi score of an evaluation: exp of the entropy of the eigenvalues of the cosines between features."""

import numpy as np
import pytest


def by_definition(rows):
    """Return the score by the eigenvalues of the whole matrix of cosines."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    values = np.linalg.eigvalsh(unit.astype(np.float64) @ unit.T.astype(np.float64) / len(rows))
    values = values[values > 1e-12]
    return np.exp(-(values * np.log(values)).sum())


def test_it_is_that_of_the_features(of_images, given, scores, made_of):
    subject = given(of_images, made_of.images(40, 5, low=100, high=120))
    found = scores("vendi", subject)["vendi"]
    assert found.value == pytest.approx(by_definition(subject.of_samples.rows), rel=1e-4)
    assert found.beside == pytest.approx(by_definition(subject.of_held_out.rows), rel=1e-4)
    assert 1 < found.value < found.beside, "samples are of nearly one grey"


def test_one_image_again_and_again_is_one(of_images, given, scores):
    found = scores("vendi", given(of_images, np.repeat(of_images.test[:1], 30, axis=0)))["vendi"]
    assert found.value == pytest.approx(1, abs=1e-6)
