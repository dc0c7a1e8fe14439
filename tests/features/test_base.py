"""The interface of feature spaces: what is abstract must be written, and probabilities are optional."""

import numpy as np
import pytest

from ganae_cli.features.base import COSINE, Embedded, FeatureSpace


def test_a_space_that_lacks_a_method_cannot_be_made():
    class Half(FeatureSpace):
        name = "half"

        def refusal(self, data):
            return None

    with pytest.raises(TypeError, match=r"embed.*facts.*prepare"):
        Half()


def test_a_space_without_a_classifier_has_no_probabilities():
    rows = np.zeros((2, 3), np.float32)
    assert Embedded(rows, rows).probabilities is None


def test_neighbours_by_angle_are_those_of_rows_of_unit_length():
    class Lengths(FeatureSpace):
        name = "lengths"
        refusal = prepare = embed = facts = None

    class Angles(Lengths):
        distance = COSINE

    rows = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]], np.float32)
    assert np.allclose(Angles().for_neighbours(rows), [[0.6, 0.8], [0.6, 0.8], [0, 0]])
    assert Lengths().for_neighbours(rows) is rows
