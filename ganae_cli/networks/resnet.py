"""Residual network after Miyato et al. 2018 (SNGAN), arXiv:1802.05957, appendix B, for images of any size from 8x8 up.

up: a dense layer, then residual blocks, then norm - ReLU - 3x3 convolution to pixels. A block has the branch norm -
ReLU - nearest upsampling - 3x3 - norm - ReLU - 3x3 and a 1x1 convolution as its shortcut.
down: residual blocks, then ReLU, the sum over pixels, a dense layer. A block has the branch ReLU - 3x3 - ReLU - 3x3 -
average pooling and a 1x1 convolution as its shortcut; the first block has no first ReLU, since it sees pixels.

The paper's networks: `norm: batch` in the generator; `norm: none`, `spectral_norm: true` in the discriminator.
Departures: any image size; channels double as the image halves; layer norm by default, in down too, before each ReLU;
He's initial weights where the authors' program has Glorot's times the square root of 2, which is the same where inputs
and outputs are equally many. The 1x1 convolution of the shortcut is applied to the smaller of the two images: the same
numbers as on the larger one, for less computation.
"""

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
    convolution,
    dense_start,
    normalization,
    numbers,
    scaled_normal,
)
from ganae_cli.networks.layers.image_sizes import (
    NO_MARGIN,
    Margin,
    Size,
    check_grids,
    feature_sizes,
    image_sizes,
    margins,
    paddings,
)
from ganae_cli.networks.layers.minibatch_std import minibatch_std, refuse_minibatch_std
from ganae_cli.networks.layers.resampling import Nearest
from ganae_cli.networks.layers.savable import savable
from ganae_cli.networks.layers.spectral_norm import spectral
from ganae_cli.registry import register


@savable()
class ResidualBlock(layers.Layer):
    """Residual block from one size (height, width, channels) to the next: twice as large, half as large, or equal.

    sees_pixels: do not normalise or rectify before the first convolution. Between the two convolutions there are as
    many channels as in the output; in a block that shrinks features (not pixels), as many as in the input. start: the
    first row and column of the doubled image that are kept.
    """

    def __init__(
        self,
        before: Size,
        after: Size,
        norm: str,
        spectral_norm: bool = False,
        sees_pixels: bool = False,
        start: tuple[int, int] = (0, 0),
    ):
        super().__init__()
        grows, shrinks = after[0] > before[0], after[0] < before[0]
        inside = before[2] if shrinks and not sees_pixels else after[2]
        self.first = [] if sees_pixels else [*normalization(norm, before[2]), activation("relu")]
        self.first += [Nearest(after[:2], start)] if grows else []
        self.first += [convolution(before[2], inside, 3, norm=norm, spectral_norm=spectral_norm)]
        self.second = [*normalization(norm, inside), activation("relu")]
        self.second += [convolution(inside, after[2], 3, spectral_norm=spectral_norm)]
        self.second += [_halving_pool()] if shrinks else []
        self.short = [_halving_pool()] if shrinks else []
        if before != after:
            self.short += [convolution(before[2], after[2], 1, nonlinear=False, spectral_norm=spectral_norm)]
        self.short += [Nearest(after[:2], start)] if grows else []

    def call(self, x):
        y = x
        for layer in (*self.first, *self.second):
            y = layer(y)
        for layer in self.short:
            x = layer(x)
        return x + y


@savable()
class SumOfPixels(layers.Layer):
    """Sum over pixels, (batch, height, width, channels) -> (batch, channels)."""

    def call(self, x):
        return ops.sum(x, axis=(1, 2))


@register("network", "resnet")
class ResNet:
    """ResNet with its options.

    width: channels of the first block. max_width: upper limit of channels. depth: blocks at each size. grids:
    "centre", "corner" or None: by the size of the image (`layers/image_sizes.py`).
    """

    def __init__(
        self,
        width: int = 32,
        max_width: int = 512,
        depth: int = 1,
        norm: str = "layer",
        spectral_norm: bool = False,
        minibatch_std: bool = False,
        grids: str | None = None,
    ):
        check_count("width", width, most=WIDEST)
        check_count("max_width", max_width, most=WIDEST)
        check_count("depth", depth, most=DEEPEST)
        check_choice("norm", norm, NORMS)
        check_flags(spectral_norm=spectral_norm, minibatch_std=minibatch_std)
        check_grids(grids)
        self.width, self.max_width, self.depth, self.norm = width, max_width, depth, norm
        self.spectral_norm, self.minibatch_std, self.grids = spectral_norm, minibatch_std, grids

    def down(self, shape: tuple[int, ...], units: int) -> keras.Model:
        """Build the network from images (batch, height, width, channels) to (batch, units), linear."""
        sizes = self._sizes(shape)
        wider = paddings(sizes, self.grids)
        hidden: list[keras.Layer] = []
        for i, (before, after) in enumerate(pairwise(sizes)):
            spread = minibatch_std(self.minibatch_std and i == len(sizes) - 2)
            inputs = (before[0], before[1], before[2] + len(spread))
            hidden += [*spread, *wider[i], *self._blocks(inputs, after, sees_pixels=i == 0)]
        hidden += [*normalization(self.norm, sizes[-1][2]), activation("relu"), SumOfPixels()]
        # The sum over n similar pixels grows like n, and not like sqrt(n) as for independent ones: hence the square.
        weights = scaled_normal(sizes[-1][2] * numbers(sizes[-1][:2]) ** 2, nonlinear=False)
        out = spectral(layers.Dense(units, kernel_initializer=weights, dtype="float32"), self.spectral_norm)
        return keras.Sequential([keras.Input(shape), *hidden, out])

    def up(self, units: int, shape: tuple[int, ...]) -> keras.Model:
        """Build the network from latent codes (batch, units) to images (batch, height, width, channels).

        Images are in [-1, 1] by a last tanh.
        """
        refuse_minibatch_std(self.minibatch_std)
        sizes = feature_sizes(self._sizes(shape))[::-1]
        beyond = margins(self._sizes(shape), self.grids)[::-1]
        hidden = dense_start(units, sizes[0], "none", self.spectral_norm)
        for (before, after), margin in zip(pairwise(sizes), beyond, strict=True):
            hidden += self._blocks(before, after, margin)
        hidden += [*normalization(self.norm, sizes[-1][2]), activation("relu")]
        pixels = convolution(sizes[-1][2], shape[2], 3, nonlinear=False, spectral_norm=self.spectral_norm)
        return keras.Sequential([keras.Input((units,)), *hidden, pixels, layers.Activation("tanh", dtype="float32")])

    def _sizes(self, shape: tuple[int, ...]) -> list[Size]:
        return image_sizes("resnet", shape, self.width, self.max_width, grids=self.grids)

    def _blocks(
        self, before: Size, after: Size, margin: Margin = NO_MARGIN, sees_pixels: bool = False
    ) -> list[ResidualBlock]:
        start = (margin[0][0], margin[1][0])
        first = ResidualBlock(before, after, self.norm, self.spectral_norm, sees_pixels, start)
        return [first, *(ResidualBlock(after, after, self.norm, self.spectral_norm) for _ in range(self.depth - 1))]


def _halving_pool() -> keras.Layer:
    return layers.AveragePooling2D(2, padding="same")
