"""The network of the classifier: shapes, what a training costs, and that it learns without touching global state."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.features import convnet
from ganae_cli.features.random_numbers import normals


@pytest.mark.parametrize("shape", [(1, 1, 1), (8, 8, 1), (3, 50, 2), (17, 16, 3), (64, 64, 4)], ids=str)
def test_any_shape_has_a_network(shape):
    weights = [tf.constant(one) for one in convnet.initial(shape, 5, 0)]
    layers = convnet.layers(shape)
    images = tf.zeros((3, *shape))
    features, logits = convnet.forward(images, weights, [layer.stride for layer in layers])
    assert (features.shape, logits.shape) == ((3, 64), (3, 5))
    assert len(weights) == 2 * len(layers) + 4
    assert -(-max(shape[:2]) // np.prod([layer.stride for layer in layers])) <= convnet.GRID


def test_the_cost_of_a_network_worked_out_by_hand():
    """8x8x1: 3x3 to 32 channels, 3x3 to 64 channels at every other pixel, 4 * 4 * 64 numbers to 64 units."""
    assert convnet.cost((8, 8, 1)) == 6 * (64 * 9 * 32 + 16 * 9 * 32 * 64 + 1024 * 64)


def test_steps_are_bounded():
    digit = (8, 8, 1)
    assert convnet.steps_for(1498, digit) == 40 * 12
    assert convnet.steps_for(10, digit) == convnet.LEAST_STEPS
    photos = convnet.steps_for(100_000, (64, 64, 3))
    assert photos == int(convnet.BUDGET // (128 * convnet.cost((64, 64, 3)))) or photos == convnet.LEAST_STEPS


def easy(count=200):
    """Images whose class is the quarter that is bright."""
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 100, (count, 6, 6, 1), dtype=np.uint8), np.arange(count) % 4
    for image, label in zip(images, labels, strict=True):
        image[3 * (label // 2) : 3 * (label // 2) + 3, 3 * (label % 2) : 3 * (label % 2) + 3] += 60
    return images, labels


def test_it_learns_the_same_each_time_and_leaves_global_state_alone(monkeypatch):
    monkeypatch.setattr(convnet, "LEAST_STEPS", 40)
    monkeypatch.setattr(convnet, "MOST_EPOCHS", 1)
    images, labels = easy()
    keras.utils.set_random_seed(5)
    before = np.random.get_state()[1].copy()
    name = keras.layers.Dense(1).name
    weights = convnet.train(images[:150], labels[:150], 4, 0)
    assert keras.layers.Dense(1).name in (f"{name}_1", f"{name.rpartition('_')[0]}_{int('0' + name[6:]) + 1}")
    assert np.array_equal(np.random.get_state()[1], before)
    again = convnet.train(images[:150], labels[:150], 4, 0)
    assert all(np.array_equal(one, other) for one, other in zip(weights, again, strict=True))
    _, logits = convnet.forward(
        tf.constant(images[150:], tf.float32) / 127.5 - 1, [tf.constant(one) for one in weights], [1, 2]
    )
    assert np.mean(logits.numpy().argmax(axis=1) == labels[150:]) > 0.9


def test_one_step_is_that_of_adam_with_decay():
    """The first step of Adam moves each number by the rate, against its slope; kernels also shrink."""
    weights = [tf.constant(one) for one in convnet.initial((6, 6, 1), 4, 0)]
    weights[-2] = tf.constant(normals(9, 64, 4), tf.float32)  # at 0, as they begin, none below has a slope
    images, labels = easy(8)
    zeros = [tf.zeros_like(one) for one in weights]
    step = convnet._training_step([1, 2])
    moved, _, _ = step(weights, zeros, zeros, images, labels.astype(np.int32), np.float32(0.01), np.float32(1))
    decay = 0.01 * convnet.DECAY / convnet.RATE
    for i in (0, 1, len(weights) - 1):
        change = np.abs((moved[i] - weights[i] * (1 - decay if weights[i].shape.rank > 1 else 1)).numpy())
        assert np.all((np.abs(change - 0.01) < 1e-4) | (change < 0.01)), i
        assert np.mean(np.abs(change - 0.01) < 1e-4) > 0.5, i


def test_half_of_the_images_are_moved():
    """A bright pixel in the middle of 64 x 64 is moved by two pixels at most, the same way in all channels."""
    images = np.zeros((2000, 64, 64, 2), np.uint8)
    images[:, 32, 32] = 9
    moved = convnet.moved(images, np.random.default_rng(0))
    places = np.argwhere(moved[..., 0] == 9)
    assert np.array_equal(places[:, 0], np.arange(2000))
    assert np.array_equal(moved[..., 0], moved[..., 1])
    steps = places[:, 1:] - 32
    assert np.abs(steps).max() == 2
    stayed = (steps == 0).all(axis=1).mean()
    assert stayed == pytest.approx(0.5 + 0.5 / 25, abs=0.04)
    assert {tuple(step) for step in steps.tolist()} == {(i, j) for i in range(-2, 3) for j in range(-2, 3)}


def test_the_rate_rises_and_falls():
    rates = [float(convnet._rate(i, 100)) for i in range(100)]
    assert rates[0] == pytest.approx(convnet.RATE / 10)
    assert max(rates) == pytest.approx(convnet.RATE)
    assert np.argmax(rates) in (9, 10)
    assert 0 < rates[-1] < convnet.RATE / 50
