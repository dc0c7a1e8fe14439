"""Checks of options, normalisation, activations, convolutions and initial weights that all networks share.

Every layer gets an initializer object of its own: one Keras initializer, used twice, gives the same numbers twice.
"""

import math

import keras
from keras import layers

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.networks.layers.spectral_norm import spectral

NORMS = ("none", "batch", "layer", "group")
ACTIVATIONS = ("leaky_relu", "relu", "elu", "silu", "tanh")


def check_choice(option: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise UserError unless the value is one of the choices."""
    if value not in choices:
        hint = did_you_mean(str(value), choices)
        raise UserError(f"{option} must be one of {', '.join(choices)}, got '{value}'{hint}")


WIDEST, DEEPEST = 65536, 1000  # a config from a stranger must not ask for more, as its YAML says, too


def check_count(option: str, value: object, least: int = 1, most: float = math.inf) -> None:
    """Raise UserError unless the value is a whole number from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        upper = "up" if most == math.inf else f"to {most}"
        raise UserError(f"{option} must be a whole number from {least} {upper}, got {value!r}")


def check_share(option: str, value: object) -> None:
    """Raise UserError unless the value is a number above 0 and at most 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise UserError(f"{option} must be a number above 0 and at most 1, got {value!r}")


def check_gain(gain: object) -> None:
    """Raise UserError unless the gain is a number above 0, or None."""
    if gain is not None and (isinstance(gain, bool) or not isinstance(gain, int | float) or not 0 < gain < math.inf):
        raise UserError(f"orthogonal_gain must be a number above 0 or null, got {gain!r}")


def check_flags(**flags: object) -> None:
    """Raise UserError unless every option is True or False."""
    for option, value in flags.items():
        if not isinstance(value, bool):
            raise UserError(f"{option} must be true or false, got {value!r}")


def normalization(norm: str, features: int) -> list[keras.Layer]:
    """Return the normalisation as a list of one layer, or of none for "none".

    batch: normalises each feature over batch and pixels. layer: the features of each pixel (last axis). group: each
    group of features over all pixels of a sample; of vectors, over the numbers of the group.

    layer and group do not depend on the other samples of the batch or on their number, so gradient penalties stay per
    sample, replicas agree, and training and sampling compute the same. A group holds 16 features, one of the good
    settings of Wu and He 2018, arXiv:1803.08494, or somewhat more where 16 does not divide their number.
    """
    if norm == "batch":
        return [layers.BatchNormalization(momentum=0.9)]
    if norm == "layer":
        return [layers.LayerNormalization(axis=-1)]
    if norm == "group":
        return [layers.GroupNormalization(groups=group_count(16, features))]
    return []


def normalize_small_features(network: keras.Model) -> None:
    """Let the normalisations of a network also normalise features of a standard deviation around 0.01.

    The variance gets 1e-5 added, as in PyTorch, instead of Keras' 1e-3. With initial weights of `scaled_normal`,
    features have variances from 0.1 to 4, for which it makes no difference.
    """
    kinds = (layers.BatchNormalization, layers.LayerNormalization, layers.GroupNormalization)
    for layer in network._flatten_layers():
        if isinstance(layer, kinds):
            layer.epsilon = 1e-5


def group_count(size: int, features: int) -> int:
    """Return the largest number of equal groups that hold at least `size` features each; 1 if there are too few.

    >>> group_count(16, 64), group_count(16, 40), group_count(16, 37)
    (4, 2, 1)
    """
    return max(count for count in range(1, max(1, features // size) + 1) if features % count == 0)


def activation(name: str) -> keras.Layer:
    """Return an activation as a layer; leaky_relu has the slope 0.2, as in DCGAN."""
    return layers.LeakyReLU(negative_slope=0.2) if name == "leaky_relu" else layers.Activation(name)


def scaled_normal(inputs: int, nonlinear: bool = True) -> keras.initializers.Initializer:
    """Return the initializer N(0, gain / inputs) with gain 2 before a rectifier (`nonlinear`), else 1.

    It keeps the size of activations through all layers. inputs: how many numbers each output sums. He et al. 2015,
    arXiv:1502.01852. It suits networks without normalisation too, where DCGAN's N(0, 0.02^2) lets the signal of narrow
    networks die out.
    """
    return keras.initializers.RandomNormal(stddev=math.sqrt((2.0 if nonlinear else 1.0) / inputs))


def spread_biases(inputs: int) -> keras.initializers.Initializer:
    """Return the initializer of biases: N(0, 2) in a layer of fewer than 8 inputs, else zero.

    With zero biases the kinks of all units meet at the origin. For points in the plane they should lie all over the
    data; a variance of 2 is that of the weighted sum of the inputs.
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
    """Return a convolution with "same" padding and `scaled_normal` weights.

    inputs, outputs: numbers of channels. norm: the normalisation that follows; since it has a bias of its own, the
    convolution has one only for "none". nonlinear: True if a rectifier follows.
    """
    weights = scaled_normal(kernel * kernel * inputs, nonlinear=nonlinear)
    bias = norm == "none"
    conv = layers.Conv2D(outputs, kernel, stride, padding="same", use_bias=bias, kernel_initializer=weights)
    return spectral(conv, spectral_norm)


def dense_start(units: int, size: tuple[int, int, int], norm: str, spectral_norm: bool) -> list[keras.Layer]:
    """Return the layers from latent codes (batch, units) to the smallest features of an image, (batch, *size)."""
    weights, bias = scaled_normal(units), norm == "none"
    start = layers.Dense(numbers(size), use_bias=bias, kernel_initializer=weights, name="start")
    return [spectral(start, spectral_norm), layers.Reshape(size)]


def numbers(shape: tuple[int, ...]) -> int:
    """Return how many numbers an array of this shape holds.

    >>> numbers((28, 28, 3))
    2352
    """
    return math.prod(shape)
