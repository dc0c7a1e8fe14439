"""A small model with two inputs and two outputs, and one that no format but SavedModel can hold."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

ROWS = {
    "z": np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32),
    "labels": np.array([0, 2, 1, 2, 0], np.int32),
}


class Odd(layers.Layer):
    def call(self, x):
        return tf.linalg.inv(tf.linalg.diag(x))[:, 0]  # which neither ONNX nor LiteRT have


@pytest.fixture
def two():
    """Return a model (z, labels) -> (images uint8, logits)."""
    z, labels = keras.Input((3,), name="z"), keras.Input((), dtype="int32", name="labels")
    x = layers.Concatenate()([z, layers.Embedding(3, 2)(labels)])
    x = layers.Reshape((4, 4, 2))(layers.Dense(32)(x))
    x = layers.GroupNormalization(1)(layers.Conv2DTranspose(1, 4, 2, padding="same")(x))
    images = ops.cast(ops.clip(ops.round((ops.tanh(x) + 1.0) * 127.5), 0, 255), "uint8")
    outputs = {"images": images, "logits": ops.sum(x, axis=(1, 2))}
    named = {name: layers.Identity(name=name, dtype=y.dtype)(y) for name, y in outputs.items()}
    return keras.Model({"z": z, "labels": labels}, named)


@pytest.fixture
def odd():
    """Return a model with an operation that is in TensorFlow alone."""
    z = keras.Input((3,), name="z")
    return keras.Model({"z": z}, {"y": Odd(name="oddity")(z)})


@pytest.fixture
def same(two):
    """Return the check that a function computes the same as the model, for batches of any size."""

    def check(run):
        for count in (5, 1):
            rows = {name: row[:count] for name, row in ROWS.items()}
            made, right = run(rows), two(rows)
            assert set(made) == {"images", "logits"}
            assert made["images"].dtype == np.uint8
            assert np.abs(made["images"].astype(int) - np.asarray(right["images"], int)).max() <= 1
            np.testing.assert_allclose(made["logits"], right["logits"], atol=1e-5)

    return check
