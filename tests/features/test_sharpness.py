import numpy as np
import pytest

from ganae_cli.features.sharpness import sharpness


def test_probabilities_become_as_sure_as_they_are_right():
    """Of 0.6 and 0.4, right nine times in ten: logits times f with (0.6 / 0.4)^f = 9, within a step of the search."""
    probabilities, labels = np.tile([0.6, 0.4], (100, 1)), np.array([0] * 90 + [1] * 10)
    assert sharpness(probabilities, labels) == pytest.approx(np.log(9) / np.log(1.5), rel=0.03)
    assert sharpness(probabilities, np.append(labels[:99], -1)) > 1
    assert sharpness(probabilities, np.full(100, -1)) == 1
    assert sharpness(probabilities, np.zeros(100, int)) == pytest.approx(10)
