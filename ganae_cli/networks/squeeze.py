"""Network of fire modules after Iandola et al. 2016 (SqueezeNet), arXiv:1602.07360, for images of any size from 8x8 up.

A fire module does the work of a 3x3 convolution with fewer weights: a 1x1 convolution squeezes the channels, then a 1x1
and a 3x3 convolution expand them again, side by side. SqueezeNet is a classifier, so the paper has no up.
down: a 3x3 convolution of stride 2, then at each size `depth` modules, of which the first halves the image. up: a dense
layer, then at each size nearest upsampling and `depth` modules, at last a 1x1 convolution to pixels.

The paper has `depth: 2`, `squeeze_ratio: 0.125`, `pool: max` and `activation: relu`, at four times our width, where an
eighth of the channels are 16 to 64. At our width autoencoders reconstruct handwritten digits better with a quarter of
the channels than with an eighth, and better with expansions of stride 2 than with max-pooling, which loses the position
of a stroke within its window. Other departures: channels double as the image halves; LeakyReLU, because a squeezed unit
that is always zero would not recover; normalisation inside the module, before its last activation; a dense layer
instead of a 1x1 convolution and average pooling at the end. Each second module of a size has a bypass, as modules 3, 5,
7 and 9 in the paper.

Of a module of stride 2 the 1x1 expansion sees one of four squeezed pixels, the 3x3 one beside it sees all. Averaging
before the module, so that each pixel counts as much, was no better: mean absolute error 0.122 instead of 0.119 of
`model=squeeze_autoencoder` on MNIST (2,000 steps of 64, one seed). Up has no transposed convolutions, so
no pixel of its output sums more numbers than another.
"""

from itertools import pairwise

import keras
from keras import layers, ops

from ganae_cli.networks.layers.common import (
    ACTIVATIONS,
    DEEPEST,
    NORMS,
    WIDEST,
    activation,
    check_choice,
    check_count,
    check_flags,
    check_share,
    convolution,
    dense_start,
    normalization,
    numbers,
    scaled_normal,
)
from ganae_cli.networks.layers.image_sizes import Size, check_grids, feature_sizes, image_sizes, margins, paddings
from ganae_cli.networks.layers.minibatch_std import minibatch_std, refuse_minibatch_std
from ganae_cli.networks.layers.resampling import MaxPool, Nearest
from ganae_cli.networks.layers.savable import savable
from ganae_cli.networks.layers.spectral_norm import spectral
from ganae_cli.registry import register

POOLS = ("max", "stride")


@savable()
class Fire(layers.Layer):
    """squeeze 1x1 -> activation -> (expand 1x1, expand 3x3) side by side -> norm -> activation; with bypass, plus x.

    inputs, squeeze, expand1, expand3: numbers of channels. grow: size (height, width) of the output if it is twice as
    large as x: the same numbers as with Nearest before the module, but the 1x1 convolutions are computed once per pixel
    of x. stride: of both expansions. start: the first row and column of the doubled image that are kept.
    """

    def __init__(
        self,
        inputs: int,
        squeeze: int,
        expand1: int,
        expand3: int,
        activate: str = "relu",
        norm: str = "none",
        spectral_norm: bool = False,
        bypass: bool = False,
        grow: tuple[int, int] | None = None,
        stride: int = 1,
        start: tuple[int, int] = (0, 0),
    ):
        super().__init__()
        self.squeeze = convolution(inputs, squeeze, 1, spectral_norm=spectral_norm)
        self.expand1 = convolution(squeeze, expand1, 1, stride, norm, spectral_norm=spectral_norm)
        self.expand3 = convolution(squeeze, expand3, 3, stride, norm, spectral_norm=spectral_norm)
        self.inner, self.bypass = activation(activate), bypass
        self.outer = [*normalization(norm, expand1 + expand3), activation(activate)]
        self.grow = Nearest(grow, start) if grow else None

    def call(self, x):
        grow = self.grow or (lambda features: features)
        squeezed = self.inner(self.squeeze(x))
        y = ops.concatenate([grow(self.expand1(squeezed)), self.expand3(grow(squeezed))], axis=-1)
        for layer in self.outer:
            y = layer(y)
        return x + y if self.bypass else y


@register("network", "squeeze")
class Squeeze:
    """Network of fire modules with its options.

    width: channels after the first convolution. max_width: upper limit of channels. depth: modules at each size.
    squeeze_ratio: squeezed channels of a module as a share of its output channels. bypass: add the input of every
    second module of a size to its output. pool: how down halves features, by "stride" or by "max" pooling. grids:
    "centre", "corner" or None: by the size of the image (`layers/image_sizes.py`).
    """

    norm_by_role = True  # null: `engine/usual_norm.py` chooses

    def __init__(
        self,
        width: int = 32,
        max_width: int = 512,
        depth: int = 1,
        squeeze_ratio: float = 0.25,
        bypass: bool = True,
        pool: str = "stride",
        norm: str | None = None,
        activation: str = "leaky_relu",
        spectral_norm: bool = False,
        minibatch_std: bool = False,
        grids: str | None = None,
    ):
        check_count("width", width, least=2, most=WIDEST)  # each module has two sides
        check_count("max_width", max_width, least=2, most=WIDEST)
        check_count("depth", depth, most=DEEPEST)
        check_share("squeeze_ratio", squeeze_ratio)
        check_choice("pool", pool, POOLS)
        norm = "batch" if norm is None else norm
        check_choice("norm", norm, NORMS)
        check_choice("activation", activation, ACTIVATIONS)
        check_flags(bypass=bypass, spectral_norm=spectral_norm, minibatch_std=minibatch_std)
        check_grids(grids)
        self.width, self.max_width, self.depth, self.pool = width, max_width, depth, pool
        self.squeeze_ratio, self.bypass, self.norm, self.activation = squeeze_ratio, bypass, norm, activation
        self.spectral_norm, self.minibatch_std, self.grids = spectral_norm, minibatch_std, grids

    def down(self, shape: tuple[int, ...], units: int) -> keras.Model:
        """Build the network from images (batch, height, width, channels) to (batch, units), linear."""
        pixels, *sizes = self._sizes(shape)
        wider, *further = paddings([pixels, *sizes], self.grids)
        hidden = [
            *wider,
            convolution(pixels[2], sizes[0][2], 3, 2, spectral_norm=self.spectral_norm),
            activation(self.activation),
        ]
        for i, (before, after) in enumerate(pairwise(sizes)):
            spread = minibatch_std(self.minibatch_std and i == len(sizes) - 2)
            strided = self.pool == "stride"
            halves = before[:2] != after[:2]
            hidden += further[i]
            hidden += [MaxPool()] if halves and not strided else []
            first = self._fire(before[2] + len(spread), after[2], stride=2 if halves and strided else 1)
            hidden += [*spread, first, *self._further_modules(after[2])]
        last = scaled_normal(numbers(sizes[-1]), nonlinear=False)
        out = spectral(layers.Dense(units, kernel_initializer=last, dtype="float32"), self.spectral_norm)
        return keras.Sequential([keras.Input(shape), *hidden, layers.Flatten(), out])

    def up(self, units: int, shape: tuple[int, ...]) -> keras.Model:
        """Build the network from latent codes (batch, units) to images (batch, height, width, channels).

        Images are in [-1, 1] by a last tanh.
        """
        refuse_minibatch_std(self.minibatch_std)
        sizes = feature_sizes(self._sizes(shape))[::-1]
        beyond = margins(self._sizes(shape), self.grids)[::-1]
        hidden = dense_start(units, sizes[0], self.norm, self.spectral_norm)
        hidden += [*normalization(self.norm, sizes[0][2]), activation(self.activation)]
        for (before, after), (rows, columns) in zip(pairwise(sizes), beyond, strict=True):
            grow, start = after[:2] if before[:2] != after[:2] else None, (rows[0], columns[0])
            hidden += [self._fire(before[2], after[2], grow=grow, start=start), *self._further_modules(after[2])]
        pixels = convolution(sizes[-1][2], shape[2], 1, nonlinear=False, spectral_norm=self.spectral_norm)
        return keras.Sequential([keras.Input((units,)), *hidden, pixels, layers.Activation("tanh", dtype="float32")])

    def _sizes(self, shape: tuple[int, ...]) -> list[Size]:
        # The first step is the plain convolution, so a network with modules needs at least two.
        return image_sizes("squeeze", shape, self.width, self.max_width, min_steps=2, grids=self.grids)

    def _fire(
        self,
        inputs: int,
        outputs: int,
        bypass: bool = False,
        grow: tuple[int, int] | None = None,
        stride: int = 1,
        start: tuple[int, int] = (0, 0),
    ) -> Fire:
        squeezed, half = max(1, round(self.squeeze_ratio * outputs)), outputs // 2
        style = (self.activation, self.norm, self.spectral_norm)
        return Fire(
            inputs, squeezed, half, outputs - half, *style, bypass=bypass, grow=grow, stride=stride, start=start
        )

    def _further_modules(self, channels: int) -> list[Fire]:
        """Return the modules of a size after its first one; their inputs and outputs have the same shape."""
        return [self._fire(channels, channels, bypass=self.bypass and i % 2 == 0) for i in range(self.depth - 1)]
