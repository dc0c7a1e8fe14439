"""What the networks share: checks of options, normalisation, activations, convolutions, initial weights.

Every initializer is made anew for its layer: one Keras initializer object, used twice, gives the same numbers twice.
"""

import math

import keras
from keras import layers

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.networks.layers.spectral_norm import spectral

NORMS = ("none", "batch", "layer", "group")
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


def check_share(option: str, value) -> None:
    """Raise UserError for anything but a number above 0 and at most 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise UserError(f"{option} must be a number above 0 and at most 1, got {value!r}")


def check_gain(gain) -> None:
    """Raise UserError for anything but a number above 0, or None."""
    if gain is not None and (isinstance(gain, bool) or not isinstance(gain, int | float) or not gain > 0):
        raise UserError(f"orthogonal_gain must be a number above 0 or null, got {gain!r}")


def check_flags(**flags) -> None:
    """Raise UserError for an option that is neither true nor false."""
    for option, value in flags.items():
        if not isinstance(value, bool):
            raise UserError(f"{option} must be true or false, got {value!r}")


def normalization(norm: str, features: int) -> list[keras.Layer]:
    """none: nothing. batch: of each feature over batch and pixels. layer: of the features of each pixel (last axis).
    group: of a group of features over all pixels of a sample; of vectors, over the numbers of the group.

    layer and group do not depend on the other samples of the batch or on their number, so gradient penalties stay per
    sample, replicas agree, and training and sampling compute the same. A group holds 16 features, as in one of the good
    settings of Wu and He 2018, arXiv:1803.08494, or somewhat more where 16 does not divide them.
    """
    if norm == "batch":
        return [layers.BatchNormalization(momentum=0.9)]
    if norm == "layer":
        return [layers.LayerNormalization(axis=-1)]
    if norm == "group":
        return [layers.GroupNormalization(groups=groups_of(16, features))]
    return []


def groups_of(size: int, features: int) -> int:
    """Into how many equal groups features can be divided: the most of them that hold at least `size`, or else one."""
    return max(count for count in range(1, max(1, features // size) + 1) if features % count == 0)


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


def convolution(
    inputs: int,
    outputs: int,
    kernel: int,
    stride: int = 1,
    norm: str = "none",
    nonlinear: bool = True,
    spectral_norm: bool = False,
) -> keras.Layer:
    """A convolution with "same" padding and `scaled_normal` weights.

    inputs, outputs: channels. norm: what follows it, and has a bias of its own. nonlinear: whether a rectifier follows.
    """
    weights = scaled_normal(kernel * kernel * inputs, nonlinear=nonlinear)
    shared = {"padding": "same", "use_bias": norm == "none", "kernel_initializer": weights}
    return spectral(layers.Conv2D(outputs, kernel, stride, **shared), spectral_norm)


def dense_start(units: int, size: tuple[int, int, int], norm: str, spectral_norm: bool) -> list[keras.Layer]:
    """From codes (batch, units) to the smallest features of an image, (batch, *size)."""
    weights, bias = scaled_normal(units), norm == "none"
    start = layers.Dense(numbers(size), use_bias=bias, kernel_initializer=weights, name="start")
    return [spectral(start, spectral_norm), layers.Reshape(size)]


def numbers(shape: tuple[int, ...]) -> int:
    """How many numbers an array of this shape holds."""
    return math.prod(shape)
