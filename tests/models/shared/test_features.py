"""Activations inside a network and their distances, by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.models.shared.features import half_squared_distance, mean_distance, with_features
from ganae_cli.networks.layers.label_layers import JoinLabel, NoteInput


@pytest.fixture
def network():
    """x -> 2 x -> max(0, 2 x) -> sum of it."""
    first = keras.layers.Dense(2, use_bias=False)
    last = keras.layers.Dense(1, use_bias=False)
    made = keras.Sequential([keras.Input((2,)), first, keras.layers.Activation("relu"), last], name="critic")
    first.kernel.assign(2 * np.eye(2))
    last.kernel.assign(np.ones((2, 1)))
    return made


X = tf.constant([[1.0, 3.0], [0.0, -1.0]])


@pytest.mark.parametrize(("layer", "second"), [(0, [0.0, -2.0]), (-3, [0.0, -2.0]), (1, [0.0, 0.0]), (-2, [0.0, 0.0])])
def test_features_of_a_layer_and_the_output_come_from_one_model(network, layer, second):
    features, output = with_features(network, layer)(X)
    assert features.numpy().tolist() == [[2.0, 6.0], second]
    assert output.numpy().tolist() == [[8.0], [0.0]]


@pytest.mark.parametrize("layer", [0, -2])
def test_layers_that_the_engine_puts_before_a_network_do_not_count(layer):
    """x -> (x, one-hot y) -> twice the sum of these five numbers -> its only other layer."""
    join, first, last = JoinLabel(3), keras.layers.Dense(1, use_bias=False), keras.layers.Dense(1)
    network = keras.Sequential([keras.Input((2,)), NoteInput(), join, first, last])
    first.kernel.assign(2 * np.ones((5, 1)))
    with join.labels.given([0, 2]):
        features, _ = with_features(network, layer)(X)
    assert features.numpy().tolist() == [[10.0], [0.0]]


def test_features_are_by_default_the_input_of_the_last_layer_and_share_its_weights(network):
    view = with_features(network)
    network.layers[0].kernel.assign(3 * np.eye(2))
    assert view(X)[0].numpy().tolist() == [[3.0, 9.0], [0.0, 0.0]]


@pytest.mark.parametrize("layer", [-1, 2, 3, -4])
def test_the_output_and_layers_that_are_not_there_are_refused(network, layer):
    with pytest.raises(UserError, match=rf"^network 'critic' has no hidden layer {layer}: choose from -3 to -2$"):
        with_features(network, layer)


def test_half_squared_distance_by_hand():
    """||(3, 4)||^2 = 25 and ||(1, 1)||^2 = 2; half of their mean is 6.75. Of images, all numbers are summed."""
    one, other = tf.constant([[3.0, 5.0], [1.0, 0.0]]), tf.constant([[0.0, 1.0], [0.0, 1.0]])
    assert float(half_squared_distance(one, other)) == 6.75
    images = tf.reshape(tf.repeat(one, 3, axis=1), (2, 3, 2, 1)), tf.reshape(tf.repeat(other, 3, axis=1), (2, 3, 2, 1))
    assert float(half_squared_distance(*images)) == 3 * 6.75
    half = tf.cast(tf.fill((1, 4), 200.0), tf.float16)  # 4 * 200^2 = 160,000 is more than float16 can hold
    assert float(half_squared_distance(half, tf.zeros((1, 4), tf.float16))) == 80_000.0


def test_mean_distance_by_hand(network):
    """Mean features (1, 3) of X and (4, 0) of others: 3^2 + 3^2. The order of samples does not matter."""
    others = tf.constant([[2.0, -1.0], [2.0, -1.0]])
    assert float(mean_distance(network, X, others)) == 18.0
    assert float(mean_distance(network, X, tf.reverse(X, axis=[0]))) == 0.0
