"""The discriminator of pairs: logits of pairs and of joined vectors, and penalties on either network."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.models.shared.pair_discriminator import PairDiscriminator

SHAPE, FEATURES, Z_DIM, COUNT = (3, 2, 1), 4, 2, 5


@pytest.fixture
def pair():
    keras.utils.set_random_seed(0)
    body = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(FEATURES)], name="body")
    head = keras.Sequential([keras.Input((FEATURES + Z_DIM,)), keras.layers.Dense(1)], name="head")
    return PairDiscriminator(body, head, SHAPE)


def data(seed):
    random = np.random.default_rng(seed)
    x, z = random.normal(size=(COUNT, *SHAPE)), random.normal(size=(COUNT, Z_DIM))
    return tf.constant(x, tf.float32), tf.constant(z, tf.float32)


def test_a_logit_is_the_head_of_features_and_code(pair):
    x, z = data(0)
    w, b = (v.numpy() for v in pair.body.trainable_variables)
    v, c = (v.numpy() for v in pair.head.trainable_variables)
    features = x.numpy().reshape(COUNT, -1) @ w + b
    np.testing.assert_allclose(pair.head_input(x, z), np.concatenate([features, z], axis=1), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(pair(x, z), np.concatenate([features, z], axis=1) @ v + c, rtol=1e-4, atol=1e-5)


def test_joined_pairs_have_the_same_logits(pair):
    x, z = data(0)
    joined = pair.joined(x, z)
    assert joined.shape == (COUNT, 6 + Z_DIM)
    np.testing.assert_array_equal(joined, np.concatenate([x.numpy().reshape(COUNT, -1), z], axis=1))
    np.testing.assert_allclose(pair.of_joined(joined), pair(x, z), rtol=1e-6)


def test_penalties_on_the_body_get_joined_pairs_and_those_on_the_head_its_input(pair):
    calls = []

    def penalize(network, real, fake, discriminator=None):
        calls.append((network, real, fake, discriminator))
        return {f"penalty_{network}": len(calls)}

    real, fake = data(0), data(1)
    assert pair.penalties(SimpleNamespace(penalize=penalize), real, fake) == {"penalty_body": 1, "penalty_head": 2}
    (on_body, *joined, discriminator), (on_head, *inputs, none) = calls
    assert (on_body, on_head, discriminator, none) == ("body", "head", pair.of_joined, None)
    expected = [*(pair.joined(*one) for one in (real, fake)), *(pair.head_input(*one) for one in (real, fake))]
    for found, wanted in zip((*joined, *inputs), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
