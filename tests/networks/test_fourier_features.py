"""Fourier features by hand, and that they are fixed."""

import math

import numpy as np
import pytest

from ganae_cli.networks.layers import FourierFeatures
from ganae_cli.networks.mlp import MLP


def test_quarter_and_whole_turns():
    layer = FourierFeatures(count=2, bandwidth=1.0)
    layer.build((None, 2))
    layer.frequencies.assign([[0.25, 1.0], [0.0, 0.5]])  # columns: the vectors that x is projected on
    features = layer(np.array([[1.0, 0.0], [1.0, 1.0]], np.float32)).numpy() / math.sqrt(2)
    # phases in turns: 0.25 and 1; 0.25 and 1.5 -> sines, then cosines
    assert features == pytest.approx(np.array([[1, 0, 0, 1], [1, 0, 0, -1]]), abs=1e-5)


def test_bandwidth_is_the_standard_deviation_of_frequencies():
    layer = FourierFeatures(count=20000, bandwidth=3.0)
    layer.build((None, 2))
    assert layer.frequencies.numpy().std() == pytest.approx(3.0, rel=0.03)


def test_only_down_sees_them_and_they_do_not_learn():
    network = MLP(width=8, depth=1, fourier=2.0)
    down, up = network.down((2,), 1), network.up(3, (2,))
    assert [v.shape for v in down.non_trainable_variables] == [(2, 4)]
    assert not up.non_trainable_variables
    assert down.trainable_variables[0].shape == (8, 8)
