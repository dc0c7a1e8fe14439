"""Convolutional network after Radford et al. 2016 (DCGAN), arXiv:1511.06434, for images of any size from 8x8 up.

down halves the image with 4x4 convolutions of stride 2 while its smaller side stays at least 4; channels double from
`width` up to `max_width`. Images too small for `depth` halvings get 3x3 convolutions at the smallest size instead. up
is the mirror image. Departures from the paper: any size; LeakyReLU in both directions, since it leaves no dead units;
He's initial weights and layer norm by default (see `layers.py`).
"""

from itertools import pairwise

import keras
from keras import layers

from ganae_cli.errors import UserError
from ganae_cli.networks import SMALLEST_SIDE
from ganae_cli.networks.layers import (
    NORMS,
    activation,
    check_choice,
    check_count,
    normalization,
    numbers,
    scaled_normal,
)
from ganae_cli.registry import register

Size = tuple[int, int, int]  # height, width, channels


@register("network", "dcgan")
class DCGAN:
    """width: channels after the first convolution. max_width: the most channels. depth: the fewest convolutions."""

    def __init__(self, width: int = 32, max_width: int = 512, depth: int = 2, norm: str = "layer"):
        check_count("width", width)
        check_count("max_width", max_width)
        check_count("depth", depth)
        check_choice("norm", norm, NORMS)
        self.width, self.max_width, self.depth, self.norm = width, max_width, depth, norm

    def down(self, shape: tuple[int, ...], units: int) -> keras.Model:
        """Images (batch, height, width, channels) -> (batch, units), linear."""
        sizes = self._sizes(shape)
        hidden = []
        for i, (before, after) in enumerate(pairwise(sizes)):
            # The paper normalises neither the discriminator's first layer nor the generator's last: both see pixels.
            norm = "none" if i == 0 else self.norm
            hidden += [_shrink(before, after, norm), *normalization(norm), activation("leaky_relu")]
        last = scaled_normal(numbers(sizes[-1]), nonlinear=False)
        out = layers.Dense(units, kernel_initializer=last, dtype="float32")
        return keras.Sequential([keras.Input(shape), *hidden, layers.Flatten(), out])

    def up(self, units: int, shape: tuple[int, ...]) -> keras.Model:
        """Codes (batch, units) -> images (batch, height, width, channels) in [-1, 1] by tanh."""
        sizes = self._sizes(shape)[::-1]
        start = layers.Dense(
            numbers(sizes[0]), use_bias=self.norm == "none", kernel_initializer=scaled_normal(units), name="start"
        )
        hidden = [start, layers.Reshape(sizes[0]), *normalization(self.norm), activation("leaky_relu")]
        *inner, outermost = pairwise(sizes)
        for before, after in inner:
            hidden += [*_grow(before, after, self.norm), *normalization(self.norm), activation("leaky_relu")]
        out = [*_grow(*outermost, "none", last=True), layers.Activation("tanh", dtype="float32")]
        return keras.Sequential([keras.Input((units,)), *hidden, *out])

    def _sizes(self, shape: tuple[int, ...]) -> list[Size]:
        """(height, width, channels) before the first convolution and after each: (28, 28, 1), (14, 14, 32), …"""
        if len(shape) != 3:
            raise UserError(_refusal(f"points of {numbers(shape)} numbers"))
        if min(shape[:2]) < SMALLEST_SIDE:
            raise UserError(_refusal(f"images of {shape[0]}x{shape[1]}"))
        sizes, channels = [tuple(shape)], self.width
        while len(sizes) <= self.depth or _halvable(sizes[-1]):
            height, width, _ = sizes[-1]
            if _halvable(sizes[-1]):
                height, width = _half(height), _half(width)
            sizes.append((height, width, min(channels, self.max_width)))
            channels *= 2
        return sizes


def _refusal(found: str) -> str:
    return (
        f"network 'dcgan' needs images of at least {SMALLEST_SIDE}x{SMALLEST_SIDE}, but the data here are {found}; "
        "use network 'mlp' (or 'auto', which chooses by the data) for this role"
    )


def _half(side: int) -> int:
    return (side + 1) // 2  # what a convolution of stride 2 with "same" padding leaves


def _halvable(size: Size) -> bool:
    return _half(min(size[:2])) >= 4


def _shrink(before: Size, after: Size, norm: str) -> keras.Layer:
    """A convolution from one size to the next, half as large or equal."""
    kernel, stride = (3, 1) if before[:2] == after[:2] else (4, 2)
    weights = scaled_normal(kernel * kernel * before[2])
    bias = norm == "none"  # a normalisation has a bias of its own
    return layers.Conv2D(after[2], kernel, stride, padding="same", use_bias=bias, kernel_initializer=weights)


def _grow(before: Size, after: Size, norm: str, last: bool = False) -> list[keras.Layer]:
    """A transposed convolution to twice the size, cropped where the size is odd; or a convolution of equal size.

    The kernel, 4, is a multiple of the stride, so that every pixel sums 2x2 inputs and no checkerboard is built in
    (Odena et al. 2016, doi:10.23915/distill.00003). Resizing first, then a 3x3 convolution, would cost 9/4 as much.
    Cropping the last row and column makes it the exact transpose of `_shrink`.
    """
    bias = norm == "none"
    if before[:2] == after[:2]:
        weights = scaled_normal(9 * before[2], nonlinear=not last)
        return [layers.Conv2D(after[2], 3, padding="same", use_bias=bias, kernel_initializer=weights)]
    weights = scaled_normal(4 * before[2], nonlinear=not last)
    doubled = layers.Conv2DTranspose(after[2], 4, 2, padding="same", use_bias=bias, kernel_initializer=weights)
    crop = ((0, 2 * before[0] - after[0]), (0, 2 * before[1] - after[1]))
    return [doubled] if crop == ((0, 0), (0, 0)) else [doubled, layers.Cropping2D(crop)]
