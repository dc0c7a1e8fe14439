"""ganae's contracts over the parts of this plugin, and numbers worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.testing import check_dataset, check_model, check_penalty

CONF = [Path(__file__).parents[1] / "conf"]


def test_the_model():
    check_model("denoiser", config_folders=CONF)


def test_the_penalty():
    check_penalty("sliced_wasserstein", config_folders=CONF)


def test_the_dataset():
    check_dataset("moons", count=200)


class Given:
    """Noise that is given: codes of the prior, then directions."""

    def __init__(self, *arrays):
        self.arrays = [tf.constant(array, tf.float32) for array in arrays]

    def normal(self, *shape):
        return self.arrays.pop(0)


def test_the_distance_by_hand():
    """Along (1, 0) codes 0, 3 against 1, 1 and along (0, 1) 4, 0 against 0, 2: (1 + 4) / 2 and (0 + 4) / 2."""
    from ganae_example.sliced_wasserstein import SlicedWasserstein

    codes, prior = [[0.0, 4.0], [3.0, 0.0]], [[1.0, 2.0], [1.0, 0.0]]
    noise = Given(prior, np.array([[[2.0, 0.0], [0.0, 5.0]]] * 2))
    found = SlicedWasserstein(2)(lambda x, training: x, tf.constant(codes), None, noise)
    assert float(found) == pytest.approx((2.5 + 2.0) / 2)
