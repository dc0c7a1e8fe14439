"""Activations inside a network, as features to compare images by; no weights of their own."""

import keras
import tensorflow as tf
from keras import ops

from ganae_cli.engine.augment import AugmentInput
from ganae_cli.errors import UserError
from ganae_cli.networks.layers.label_layers import JoinEmbedding, JoinLabel, NoteInput

BEFORE = (AugmentInput, JoinEmbedding, JoinLabel, NoteInput)  # layers that the engine puts before a network's own


def with_features(network: keras.Sequential, layer: int = -2) -> keras.Model:
    """Return a model x -> (activations of `layer`, output of the network), computed in one pass.

    layer: counted as in lists, from 0 for the first layer, or from -1, the output, backwards. Default: the input of the
    last layer. Raises UserError for a layer that is not there, and for the last one.
    The model shares the network's weights. Do not make it an attribute of a game: its file would hold the layers twice.
    """
    count = sum(not isinstance(one, BEFORE) for one in network.layers)
    if not -count <= layer < count or layer in (-1, count - 1):
        raise UserError(f"network '{network.name}' has no hidden layer {layer}: choose from {-count} to -2")
    x = inputs = keras.Input(network.input_shape[1:])
    found = [x := one(x) for one in network.layers]  # anew, as layers may be part of another network, too
    return keras.Model(inputs, [found[layer - count if layer >= 0 else layer], found[-1]])


def half_squared_distance(features: tf.Tensor, others: tf.Tensor) -> tf.Tensor:
    """Return 1/2 || f - f' ||^2 of each sample, mean over the batch: -log N(f | f', I) up to a constant.

    features, others: (batch, …). Returns a float32 scalar.

    >>> import numpy as np
    >>> float(half_squared_distance(np.zeros((2, 2)), np.array([[3.0, 4.0], [1.0, 1.0]])))  # (25 + 2) / 2 / 2
    6.75
    """
    squares = ops.square(ops.cast(features, "float32") - ops.cast(others, "float32"))
    return ops.sum(squares) / (2 * squares.shape[0])


def mean_distance(network: keras.Sequential, x: tf.Tensor, x_hat: tf.Tensor) -> tf.Tensor:
    """Return || E f(x) - E f(x_hat) ||^2, a float32 scalar; f: input of the network's last layer; E: over the batch."""
    view = with_features(network)
    means = [ops.mean(ops.cast(view(images, training=True)[0], "float32"), axis=0) for images in (x, x_hat)]
    return ops.sum(ops.square(means[0] - means[1]))
