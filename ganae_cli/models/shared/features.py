"""Networks outputs from inside, without weights of their own."""

import keras
from keras import ops

from ganae_cli.errors import UserError


def with_features(network: keras.Sequential, layer: int = -2) -> keras.Model:
    """x -> (features, output): what a layer says, by default what the last one sees, and what the network says.

    layer: counted as in lists, from 0 for the first or from -1, the output, backwards. One pass for both.
    A view: to be called, and not to be kept as an attribute of a game, whose file would then hold its layers twice.
    """
    count = len(network.layers)
    if not -count <= layer < count or layer in (-1, count - 1):
        raise UserError(f"network '{network.name}' has no hidden layer {layer}: choose from {-count} to -2")
    return keras.Model(network.inputs, [network.layers[layer].output, network.layers[-1].output])


def half_squared_distance(features, others):
    """1/2 || f - f' ||^2 of each sample, mean over the batch: -log N(f | f', I) up to a constant."""
    squares = ops.square(ops.cast(features, "float32") - ops.cast(others, "float32"))
    return ops.sum(squares) / (2 * squares.shape[0])


def mean_distance(network: keras.Sequential, x, x_hat):
    """|| E f(x) - E f(x_hat) ||^2 of the features f that the last layer of a network sees; means over the batch."""
    view = with_features(network)
    means = [ops.mean(ops.cast(view(images, training=True)[0], "float32"), axis=0) for images in (x, x_hat)]
    return ops.sum(ops.square(means[0] - means[1]))
