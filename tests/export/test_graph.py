"""What converters cannot hold is found in the graph, with the layer that it is from."""

import keras
import pytest
import tensorflow as tf
from keras import layers, ops

from ganae_cli.errors import UserError
from ganae_cli.export import graph
from ganae_cli.export.formats.saved_model import traced


class Noisy(layers.Layer):
    def call(self, x):
        return x + keras.random.normal(ops.shape(x))


class Half(layers.Layer):
    def call(self, x):
        return tf.cast(tf.cast(x, tf.bfloat16) * 2, tf.float32)


def model_of(*chain):
    x = y = keras.Input((3,), name="x")
    for layer in chain:
        y = layer(y)
    return traced(keras.Model({"x": x}, {"y": y}))


def test_the_layer_is_named():
    with pytest.raises(UserError, match=r"--format onnx cannot hold layer 'speckle\w*', which draws random numbers"):
        graph.refuse(model_of(layers.Dense(3), Noisy(name="speckle")), "onnx")
    with pytest.raises(UserError, match=r"layer 'short\w*', which computes in half precision"):
        graph.refuse(model_of(Half(name="short")), "litert")


def test_layers_that_are_random_in_training_only_are_fine():
    graph.refuse(model_of(layers.Dropout(0.5), layers.GaussianNoise(1.0), layers.Dense(2)), "onnx")
