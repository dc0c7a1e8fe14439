"""Networks seen from inside, without weights of their own."""

import keras
from keras import ops


def with_features(network: keras.Sequential) -> keras.Model:
    """x -> (features, output): what the network's last layer sees, (batch, F), and what it says. One pass for both.

    A view: to be called, and not to be kept as an attribute of a game, whose file would then hold its layers twice.
    """
    return keras.Model(network.inputs, [network.layers[-2].output, network.layers[-1].output])


def mean_distance(network: keras.Sequential, x, x_hat):
    """|| E f(x) - E f(x_hat) ||^2 of the features f that the last layer of a network sees; means over the batch."""
    view = with_features(network)
    means = [ops.mean(ops.cast(view(images, training=True)[0], "float32"), axis=0) for images in (x, x_hat)]
    return ops.sum(ops.square(means[0] - means[1]))
