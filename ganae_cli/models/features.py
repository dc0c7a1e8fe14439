"""Networks seen from inside, without weights of their own."""

import keras


def with_features(network: keras.Sequential) -> keras.Model:
    """x -> (features, output): what the network's last layer sees, (batch, F), and what it says. One pass for both.

    A view: to be called, and not to be kept as an attribute of a game, whose file would then hold its layers twice.
    """
    return keras.Model(network.inputs, [network.layers[-2].output, network.layers[-1].output])
