"""Convolutional network after Radford et al. 2016 (DCGAN), arXiv:1511.06434, for images of any size from 8x8 up.

down halves the image with 4x4 convolutions of stride 2 while its smaller side stays at least `smallest`; the number of
channels doubles from `width` up to `max_width`. Images too small for `depth` halvings get 3x3 convolutions at the
smallest size instead. up is the mirror image of down. Departures from the paper: any image size; by default LeakyReLU
in both directions, because it leaves no dead units, and initial weights that keep the size of features, He's
(`layers/common.py`) and in `up` smooth ones.
"""

import math
from itertools import pairwise

import keras
from keras import layers

from ganae_cli.networks.layers.common import (
    ACTIVATIONS,
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
from ganae_cli.networks.layers.image_sizes import NO_MARGIN, Margin, Size, check_grids, image_sizes, margins, paddings
from ganae_cli.networks.layers.minibatch_std import minibatch_std, refuse_minibatch_std
from ganae_cli.networks.layers.spectral_norm import spectral
from ganae_cli.networks.layers.strided_conv import Doubling, Halving, Smooth
from ganae_cli.registry import register

WIDTH, SIDE = 32, 32  # channels, and the side of images in pixels for which they are meant


@register("network", "dcgan")
class DCGAN:
    """DCGAN with its options.

    width: channels after the first convolution; None: `usual_width`. max_width: upper limit of channels. depth: least
    number of convolutions. smallest: side in pixels below which no image is halved. activation: of the hidden layers.
    grids: "centre", "corner" or None: by the size of the image (`layers/image_sizes.py`). smooth: `up` begins as
    bilinear interpolation (`layers/strided_conv.Smooth`).
    """

    norm_by_role = True  # null: `engine/usual_norm.py` chooses

    @staticmethod
    def by_shape(shape: tuple[int, ...]) -> dict[str, int]:
        """Return the options that the size of the images decides where they are left open (None)."""
        return {"width": usual_width(shape)}

    def __init__(
        self,
        width: int | None = None,
        max_width: int = 512,
        depth: int = 2,
        smallest: int = 4,
        norm: str | None = None,
        activation: str = "leaky_relu",
        spectral_norm: bool = False,
        minibatch_std: bool = False,
        grids: str | None = None,
        smooth: bool = True,
    ):
        if width is not None:
            check_count("width", width, most=WIDEST)
        check_count("max_width", max_width, most=WIDEST)
        check_count("depth", depth, most=DEEPEST)
        check_count("smallest", smallest)
        norm = "batch" if norm is None else norm
        check_choice("norm", norm, NORMS)
        check_choice("activation", activation, ACTIVATIONS)
        check_flags(spectral_norm=spectral_norm, minibatch_std=minibatch_std, smooth=smooth)
        check_grids(grids)
        self.width, self.max_width, self.depth, self.smallest = width, max_width, depth, smallest
        self.norm, self.activation, self.grids = norm, activation, grids
        self.spectral_norm, self.minibatch_std, self.smooth = spectral_norm, minibatch_std, smooth

    def down(self, shape: tuple[int, ...], units: int) -> keras.Model:
        """Build the network from images (batch, height, width, channels) to (batch, units), linear."""
        sizes = self._sizes(shape)
        wider = paddings(sizes, self.grids)
        hidden: list[keras.Layer] = []
        for i, (before, after) in enumerate(pairwise(sizes)):
            hidden += wider[i]
            # As in the paper: layers that read or write pixels are not normalised.
            norm = "none" if i == 0 else self.norm
            spread = minibatch_std(self.minibatch_std and i == len(sizes) - 2)  # before the last convolution
            channels = before[2] + len(spread)
            shrink = _shrink((before[0], before[1], channels), after, norm, self.spectral_norm)
            hidden += [*spread, shrink, *normalization(norm, after[2]), activation(self.activation)]
        last = scaled_normal(numbers(sizes[-1]), nonlinear=False)
        out = spectral(layers.Dense(units, kernel_initializer=last, dtype="float32"), self.spectral_norm)
        return keras.Sequential([keras.Input(shape), *hidden, layers.Flatten(), out])

    def up(self, units: int, shape: tuple[int, ...]) -> keras.Model:
        """Build the network from latent codes (batch, units) to images (batch, height, width, channels).

        Images are in [-1, 1] by a last tanh.
        """
        refuse_minibatch_std(self.minibatch_std)
        down = self._sizes(shape)
        sizes, beyond = down[::-1], margins(down, self.grids)[::-1]
        hidden = dense_start(units, sizes[0], self.norm, self.spectral_norm)
        hidden += [*normalization(self.norm, sizes[0][2]), activation(self.activation)]
        *inner, outermost = pairwise(sizes)
        for (before, after), margin in zip(inner, beyond, strict=False):
            hidden += self._grow(before, after, self.norm, margin)
            hidden += [*normalization(self.norm, after[2]), activation(self.activation)]
        out = self._grow(*outermost, "none", beyond[-1], last=True)
        out += [layers.Activation("tanh", dtype="float32")]
        return keras.Sequential([keras.Input((units,)), *hidden, *out])

    def _grow(self, before: Size, after: Size, norm: str, margin: Margin, last: bool = False) -> list[keras.Layer]:
        """Return the layers from one size to the next: twice as large, less a margin, or equally large.

        To double, a transposed 4x4 convolution of stride 2: since 4 is a multiple of 2, every pixel sums 2x2 inputs and
        no checkerboard pattern need appear (Odena et al. 2016, doi:10.23915/distill.00003). Resizing followed by a 3x3
        convolution would cost 9/4 as much. Cropping the margin makes it the exact transpose of `_shrink`.
        """
        if before[:2] == after[:2]:
            kept = convolution(before[2], after[2], 3, norm=norm, nonlinear=not last, spectral_norm=self.spectral_norm)
            return [kept]
        independent = scaled_normal(4 * before[2], nonlinear=not last)
        weights = Smooth(before[2], nonlinear=not last) if self.smooth else independent
        bias = norm == "none"  # a normalisation layer has a bias of its own
        doubling = Doubling(after[2], use_bias=bias, kernel_initializer=weights)
        cropping = [] if margin == NO_MARGIN else [layers.Cropping2D(margin)]
        return [spectral(doubling, self.spectral_norm), *cropping]

    def _sizes(self, shape: tuple[int, ...]) -> list[Size]:
        width = usual_width(shape) if self.width is None else self.width
        return image_sizes("dcgan", shape, width, self.max_width, self.depth, self.smallest, self.grids)


def usual_width(shape: tuple[int, ...]) -> int:
    """Return the channels after the first convolution for images of a shape where none are chosen.

    32 up to 32x32, so many that the work stays the same up to 64x64, and 16 from there on, in multiples of 8.

    >>> [usual_width((side, side, 3)) for side in (28, 48, 64, 128)]
    [32, 24, 16, 16]
    """
    if len(shape) != 3:
        return WIDTH  # no images: they are refused elsewhere
    same_work = WIDTH * SIDE / math.sqrt(shape[0] * shape[1])
    return min(max(8 * round(same_work / 8), WIDTH // 2), WIDTH)


def _shrink(before: Size, after: Size, norm: str, spectral_norm: bool = False) -> keras.Layer:
    """Return the convolution from one size to the next: half as large, or of the same height and width."""
    if before[:2] == after[:2]:
        return convolution(before[2], after[2], 3, norm=norm, spectral_norm=spectral_norm)
    halving = Halving(after[2], use_bias=norm == "none", kernel_initializer=scaled_normal(16 * before[2]))
    return spectral(halving, spectral_norm)
