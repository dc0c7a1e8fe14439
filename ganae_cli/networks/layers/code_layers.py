"""Layers between an autoencoder's encoder and decoder; they count as the last layers of the encoder."""

import keras
from keras import layers

from ganae_cli.networks.layers.common import check_choice

CODE_ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")


def with_code_layers(encoder: keras.Sequential, linear_layers: int, activation: str) -> keras.Sequential:
    """Return the encoder followed by `linear_layers` square linear maps without bias and by an activation.

    Jing et al. 2020 (IRMAE), arXiv:2010.00679: gradient descent on a product of linear maps prefers latent codes of low
    rank. Initial weights are those of the authors' program, U(-1, 1) / sqrt(k) for codes of k numbers. Their variance
    is 1 / (3 k), so that codes begin small, which is where the preference comes from. With no layer to add, the encoder
    itself is returned. Raises UserError for an unknown activation.
    """
    check_choice("code_activation", activation, CODE_ACTIVATIONS)
    units = encoder.output_shape[-1]
    added = [_linear(units) for _ in range(linear_layers)]
    if activation != "linear":
        added.append(layers.Activation(activation, dtype="float32"))
    if not added:
        return encoder
    return keras.Sequential([keras.Input(encoder.input_shape[1:]), *encoder.layers, *added], name=encoder.name)


def _linear(units: int) -> keras.Layer:
    limit = units**-0.5
    weights = keras.initializers.RandomUniform(-limit, limit)
    return layers.Dense(units, use_bias=False, kernel_initializer=weights, dtype="float32")
