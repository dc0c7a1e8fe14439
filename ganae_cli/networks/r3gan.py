"""Residual network without normalisation after Huang et al. 2024 (R3GAN), arXiv:2501.05441, "Config E".

A block is x + f(x) with f: 1x1 convolution to twice the channels - LeakyReLU - 3x3 convolution in groups - LeakyReLU -
1x1 convolution back. Only the convolutions before a LeakyReLU have biases. The last convolution of f is initialised to
zero, so that a block begins as the identity.

down: a 1x1 convolution from pixels; at each size `depth` blocks, then bilinear downsampling and, where the number of
channels changes, a 1x1 convolution; at the smallest size a weighted sum of each channel over all pixels, then a dense
layer. up: a learned basis of features, of which each channel is scaled by a linear function of the latent code; at each
size `depth` blocks, then a 1x1 convolution where channels change and bilinear upsampling; a 1x1 convolution to pixels.

Departures from the paper: any image size; channels double as the image halves; up ends in tanh, because images here
are in [-1, 1], where the paper leaves them unbounded, as `tanh: false` does. `norm` (before each LeakyReLU),
`spectral_norm` and `minibatch_std` are not in the paper and serve comparisons. A spectrally normalised weight, divided
by its own size, cannot be zero, so that with `spectral_norm` a block does not begin as the identity.
"""

import math
from itertools import pairwise

import keras
from keras import layers, ops

from ganae_cli.networks.layers.common import (
    DEEPEST,
    NORMS,
    WIDEST,
    activation,
    check_choice,
    check_count,
    check_flags,
    group_count,
    normalization,
    numbers,
)
from ganae_cli.networks.layers.grouped_conv import GroupedConvolution
from ganae_cli.networks.layers.image_sizes import Size, check_grids, feature_sizes, image_sizes, margins, paddings
from ganae_cli.networks.layers.minibatch_std import minibatch_std, refuse_minibatch_std
from ganae_cli.networks.layers.resampling import BilinearDown, BilinearUp
from ganae_cli.networks.layers.savable import savable
from ganae_cli.networks.layers.spectral_norm import spectral
from ganae_cli.registry import register

SLOPE = 0.2  # of LeakyReLU


@savable()
class Bottleneck(layers.Layer):
    """Residual block x + f(x), where f goes from `channels` to twice as many and back.

    blocks: number of blocks in the whole network. group_size: channels of a group; None: one group.
    """

    def __init__(self, channels: int, blocks: int, group_size: int | None, norm: str, spectral_norm: bool):
        super().__init__()
        inside, bias = 2 * channels, norm == "none"
        groups = group_count(group_size or inside, inside)
        # Every block adds to x. A factor blocks^(-1/2), split between two layers, keeps the size of the sum.
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


@savable()
class Basis(layers.Layer):
    """Learned constant, (*size), of which each channel is multiplied by a linear function of z.

    Latent codes z (batch, units) -> features (batch, *size).
    """

    def __init__(self, units: int, size: Size, spectral_norm: bool):
        super().__init__()
        scale = layers.Dense(size[2], use_bias=False, kernel_initializer=normal(1.0, units))
        self.size, self.scale = size, spectral(scale, spectral_norm)

    def build(self, input_shape):
        self.scale.build(input_shape)
        self.basis = self.add_weight(name="basis", shape=self.size, initializer=normal(1.0, 1))

    def call(self, z):
        return self.scale(z)[:, None, None, :] * self.basis


@savable()
class WeighedPixels(layers.Layer):
    """Weighted sum over pixels, (batch, height, width, channels) -> (batch, channels).

    It is the paper's depthwise convolution with a kernel as large as the image.
    """

    def build(self, input_shape):
        size = tuple(input_shape[1:])
        self.kernel = self.add_weight(name="kernel", shape=size, initializer=normal(1.0, numbers(size[:2])))

    def call(self, x):
        return ops.sum(x * self.kernel, axis=(1, 2))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[3])


@register("network", "r3gan")
class R3GAN:
    """R3GAN with its options.

    width: channels at the image's own size. max_width: upper limit of channels. depth: blocks at each size.
    group_size: channels of a group in the 3x3 convolutions; None: one group. grids: "centre", "corner" or None: by the
    size of the image (`layers/image_sizes.py`).
    """

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
        grids: str | None = None,
    ):
        check_count("width", width, most=WIDEST)
        check_count("max_width", max_width, most=WIDEST)
        check_count("depth", depth, most=DEEPEST)
        check_count("group_size", 1 if group_size is None else group_size)
        check_choice("norm", norm, NORMS)
        check_flags(tanh=tanh, spectral_norm=spectral_norm, minibatch_std=minibatch_std)
        check_grids(grids)
        self.width, self.max_width, self.depth, self.group_size = width, max_width, depth, group_size
        self.tanh, self.norm, self.grids = tanh, norm, grids
        self.spectral_norm, self.minibatch_std = spectral_norm, minibatch_std

    def down(self, shape: tuple[int, ...], units: int) -> keras.Model:
        """Build the network from images (batch, height, width, channels) to (batch, units), linear."""
        sizes = self._sizes(shape)
        wider = paddings(sizes, self.grids)
        hidden = [self._pointwise(shape[2], sizes[0][2]), *self._blocks(sizes, 0)]
        for i, (before, after) in enumerate(pairwise(sizes), 1):
            spread = minibatch_std(self.minibatch_std and i == len(sizes) - 1)
            hidden += [*wider[i - 1], BilinearDown(), *spread, *self._transition(before[2] + len(spread), after[2])]
            hidden += self._blocks(sizes, i)
        weights = normal(1.0, sizes[-1][2])
        out = layers.Dense(units, use_bias=False, kernel_initializer=weights, dtype="float32")
        hidden += [spectral(layer, self.spectral_norm) for layer in (WeighedPixels(), out)]
        return keras.Sequential([keras.Input(shape), *hidden])

    def up(self, units: int, shape: tuple[int, ...]) -> keras.Model:
        """Build the network from latent codes (batch, units) to images (batch, height, width, channels).

        With `tanh`, images are in [-1, 1].
        """
        refuse_minibatch_std(self.minibatch_std)
        down = self._sizes(shape)
        sizes, beyond = down[::-1], margins(down, self.grids)[::-1]
        hidden = [Basis(units, sizes[0], self.spectral_norm), *self._blocks(sizes, 0)]
        for i, ((before, after), (rows, columns)) in enumerate(zip(pairwise(sizes), beyond, strict=True), 1):
            doubled = BilinearUp(after[:2], (rows[0], columns[0]))
            hidden += [*self._transition(before[2], after[2]), doubled, *self._blocks(sizes, i)]
        hidden += [self._pointwise(sizes[-1][2], shape[2])]
        out = layers.Activation("tanh" if self.tanh else "linear", dtype="float32")
        return keras.Sequential([keras.Input((units,)), *hidden, out])

    def _sizes(self, shape: tuple[int, ...]) -> list[Size]:
        return feature_sizes(image_sizes("r3gan", shape, self.width, self.max_width, grids=self.grids))

    def _blocks(self, sizes: list[Size], i: int) -> list[Bottleneck]:
        blocks = self.depth * len(sizes)
        return [
            Bottleneck(sizes[i][2], blocks, self.group_size, self.norm, self.spectral_norm) for _ in range(self.depth)
        ]

    def _transition(self, inputs: int, outputs: int) -> list[keras.Layer]:
        return [self._pointwise(inputs, outputs)] if inputs != outputs else []

    def _pointwise(self, inputs: int, outputs: int) -> keras.Layer:
        conv = layers.Conv2D(outputs, 1, use_bias=False, kernel_initializer=normal(1.0, inputs))
        return spectral(conv, self.spectral_norm)


def normal(gain: float, inputs: int) -> keras.initializers.Initializer:
    """Return the initializer N(0, gain^2 / inputs); inputs: how many numbers each output sums."""
    return keras.initializers.RandomNormal(stddev=gain / math.sqrt(inputs))
