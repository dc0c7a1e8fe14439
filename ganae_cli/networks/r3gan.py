"""Residual network without normalisation after Huang et al. 2024 (R3GAN), arXiv:2501.05441, "Config E".

down: a 1x1 convolution from pixels; at each size `depth` blocks, then bilinear downsampling and, where channels
change, a 1x1 convolution; at the smallest size each channel is weighed over all pixels, then a dense layer. up: a
learned basis of features, each channel scaled by a linear function of the code; at each size `depth` blocks, then the
way back; a 1x1 convolution to pixels. A block is x + f(x), f: 1x1 to twice the channels - LeakyReLU - 3x3 in groups -
LeakyReLU - 1x1 back. Biases are only in front of the LeakyReLUs. f begins as zero, so a block begins as the identity.

Departures from the paper: any size; channels double as the image halves; up ends in tanh, because images here are in
[-1, 1]: the paper leaves them free, as `tanh: false` does. `norm` (before each LeakyReLU), `spectral_norm` and
`minibatch_std` are ours, for comparison. A weight divided by its own size cannot be zero, so with spectral_norm blocks
do not begin as the identity.
"""

import math
from itertools import pairwise

import keras
from keras import layers, ops

from ganae_cli.networks.layers.common import (
    NORMS,
    activation,
    check_choice,
    check_count,
    check_flags,
    groups_of,
    normalization,
    numbers,
)
from ganae_cli.networks.layers.grouped_conv import GroupedConvolution
from ganae_cli.networks.layers.image_sizes import Size, feature_sizes, image_sizes
from ganae_cli.networks.layers.minibatch_std import minibatch_std, refuse_minibatch_std
from ganae_cli.networks.layers.resampling import BilinearDown, BilinearUp
from ganae_cli.networks.layers.spectral_norm import spectral
from ganae_cli.registry import register

SLOPE = 0.2  # of LeakyReLU


class Bottleneck(layers.Layer):
    """x + f(x) with f from `channels` to twice as many and back; blocks: how many the network has in all."""

    def __init__(self, channels: int, blocks: int, group_size: int | None, norm: str, spectral_norm: bool):
        super().__init__()
        inside, bias = 2 * channels, norm == "none"
        groups = groups_of(group_size or inside, inside)
        # Each block adds to x; so that the sum keeps its size, the two layers share a factor blocks^(-1/2).
        gain = math.sqrt(2 / (1 + SLOPE**2)) * blocks**-0.25
        widen = layers.Conv2D(inside, 1, use_bias=bias, kernel_initializer=normal(gain, channels))
        mix = GroupedConvolution(inside, groups, normal(gain, 9 * inside // groups), use_bias=bias)
        start = normal(1.0, inside) if spectral_norm else "zeros"
        narrow = layers.Conv2D(channels, 1, use_bias=False, kernel_initializer=start)
        between = [[*normalization(norm, inside), activation("leaky_relu")] for _ in range(2)]
        widen, mix, narrow = (spectral(layer, spectral_norm) for layer in (widen, mix, narrow))
        self.chain = [widen, *between[0], mix, *between[1], narrow]

    def call(self, x):
        y = x
        for layer in self.chain:
            y = layer(y)
        return x + y


class Basis(layers.Layer):
    """Codes z (batch, units) -> (batch, *size): a learned constant, each channel times a linear function of z."""

    def __init__(self, units: int, size: Size, spectral_norm: bool):
        super().__init__()
        scale = layers.Dense(size[2], use_bias=False, kernel_initializer=normal(1.0, units))
        self.size, self.scale = size, spectral(scale, spectral_norm)

    def build(self, input_shape):
        self.scale.build(input_shape)
        self.basis = self.add_weight(name="basis", shape=self.size, initializer=normal(1.0, 1))

    def call(self, z):
        return self.scale(z)[:, None, None, :] * self.basis


class WeighedPixels(layers.Layer):
    """(batch, height, width, channels) -> (batch, channels): the paper's depthwise convolution over all pixels."""

    def build(self, input_shape):
        size = tuple(input_shape[1:])
        self.kernel = self.add_weight(name="kernel", shape=size, initializer=normal(1.0, numbers(size[:2])))

    def call(self, x):
        return ops.sum(x * self.kernel, axis=(1, 2))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[3])


@register("network", "r3gan")
class R3GAN:
    """width: channels at the image's own size. depth: blocks at each size. group_size: channels of a group, or None."""

    def __init__(
        self,
        width: int = 32,
        max_width: int = 512,
        depth: int = 2,
        group_size: int | None = 16,
        tanh: bool = True,
        norm: str = "none",
        spectral_norm: bool = False,
        minibatch_std: bool = False,
    ):
        check_count("width", width)
        check_count("max_width", max_width)
        check_count("depth", depth)
        check_count("group_size", group_size or 1)
        check_choice("norm", norm, NORMS)
        check_flags(tanh=tanh, spectral_norm=spectral_norm, minibatch_std=minibatch_std)
        self.width, self.max_width, self.depth, self.group_size = width, max_width, depth, group_size
        self.tanh, self.norm = tanh, norm
        self.spectral_norm, self.minibatch_std = spectral_norm, minibatch_std

    def down(self, shape: tuple[int, ...], units: int) -> keras.Model:
        """Images (batch, height, width, channels) -> (batch, units), linear."""
        sizes = self._sizes(shape)
        hidden = [self._pointwise(shape[2], sizes[0][2]), *self._blocks(sizes, 0)]
        for i, (before, after) in enumerate(pairwise(sizes), 1):
            spread = minibatch_std(self.minibatch_std and i == len(sizes) - 1)
            hidden += [BilinearDown(), *spread, *self._transition(before[2] + len(spread), after[2])]
            hidden += self._blocks(sizes, i)
        weights = normal(1.0, sizes[-1][2])
        out = layers.Dense(units, use_bias=False, kernel_initializer=weights, dtype="float32")
        hidden += [spectral(layer, self.spectral_norm) for layer in (WeighedPixels(), out)]
        return keras.Sequential([keras.Input(shape), *hidden])

    def up(self, units: int, shape: tuple[int, ...]) -> keras.Model:
        """Codes (batch, units) -> images (batch, height, width, channels), in [-1, 1] if tanh."""
        refuse_minibatch_std(self.minibatch_std)
        sizes = self._sizes(shape)[::-1]
        hidden = [Basis(units, sizes[0], self.spectral_norm), *self._blocks(sizes, 0)]
        for i, (before, after) in enumerate(pairwise(sizes), 1):
            hidden += [*self._transition(before[2], after[2]), BilinearUp(after[:2]), *self._blocks(sizes, i)]
        hidden += [self._pointwise(sizes[-1][2], shape[2])]
        out = layers.Activation("tanh" if self.tanh else "linear", dtype="float32")
        return keras.Sequential([keras.Input((units,)), *hidden, out])

    def _sizes(self, shape: tuple[int, ...]) -> list[Size]:
        return feature_sizes(image_sizes("r3gan", shape, self.width, self.max_width))

    def _blocks(self, sizes: list[Size], i: int) -> list[Bottleneck]:
        style = (self.depth * len(sizes), self.group_size, self.norm, self.spectral_norm)
        return [Bottleneck(sizes[i][2], *style) for _ in range(self.depth)]

    def _transition(self, inputs: int, outputs: int) -> list[keras.Layer]:
        return [self._pointwise(inputs, outputs)] if inputs != outputs else []

    def _pointwise(self, inputs: int, outputs: int) -> keras.Layer:
        conv = layers.Conv2D(outputs, 1, use_bias=False, kernel_initializer=normal(1.0, inputs))
        return spectral(conv, self.spectral_norm)


def normal(gain: float, inputs: int) -> keras.initializers.Initializer:
    """N(0, gain^2 / inputs)."""
    return keras.initializers.RandomNormal(stddev=gain / math.sqrt(inputs))
