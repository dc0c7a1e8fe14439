"""What the networks share: checks of options, normalisation, activations, initial weights.

Every initializer is made anew for its layer: one Keras initializer object, used twice, gives the same numbers twice.
"""

import math

import keras
from keras import layers

from ganae_cli.errors import UserError, did_you_mean

NORMS = ("none", "batch", "layer")
ACTIVATIONS = ("leaky_relu", "relu", "elu", "silu", "tanh")


def check_choice(option: str, value, choices: tuple[str, ...]) -> None:
    """Raise UserError for a value that is not among the choices."""
    if value not in choices:
        hint = did_you_mean(str(value), choices)
        raise UserError(f"{option} must be one of {', '.join(choices)}, got '{value}'{hint}")


def check_count(option: str, value, least: int = 1) -> None:
    """Raise UserError for anything but a whole number from `least` up."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UserError(f"{option} must be a whole number from {least} up, got {value!r}")


def normalization(norm: str) -> list[keras.Layer]:
    """none: nothing. batch: of each feature over batch and pixels. layer: of the features of each pixel (last axis).

    layer does not depend on the other samples of the batch or on their number, so gradient penalties stay per sample,
    replicas agree, and training and sampling compute the same.
    """
    if norm == "batch":
        return [layers.BatchNormalization(momentum=0.9)]
    if norm == "layer":
        return [layers.LayerNormalization(axis=-1)]
    return []


def activation(name: str) -> keras.Layer:
    """An activation as a layer of its own; leaky_relu with slope 0.2 as in DCGAN."""
    return layers.LeakyReLU(negative_slope=0.2) if name == "leaky_relu" else layers.Activation(name)


def scaled_normal(inputs: int, nonlinear: bool = True) -> keras.initializers.Initializer:
    """N(0, gain / inputs), gain 2 before a rectifier, else 1: activations keep their size through the depth.

    inputs: how many numbers each output sums. He et al. 2015, arXiv:1502.01852; also right without normalisation,
    where DCGAN's N(0, 0.02^2) lets the signal of narrow networks die out.
    """
    return keras.initializers.RandomNormal(stddev=math.sqrt((2.0 if nonlinear else 1.0) / inputs))


def spread_biases(inputs: int) -> keras.initializers.Initializer:
    """Biases of a layer of few inputs: N(0, 2), as wide as its other sums. Zero for the rest, as usual.

    With zero biases the kinks of all units meet at the origin; in the plane they should lie all over the data.
    """
    return keras.initializers.RandomNormal(stddev=math.sqrt(2.0)) if inputs < 8 else keras.initializers.Zeros()


def numbers(shape: tuple[int, ...]) -> int:
    """How many numbers an array of this shape holds."""
    return math.prod(shape)
