"""Rules of the layers of images: convolutions, and changes of their size."""

import numpy as np
from keras import layers, ops

from ganae_cli.export.plain_rules import FLOAT, Plain, Tensor, divided_weights, rule, weighted
from ganae_cli.networks.layers.grouped_conv import GroupedConvolution
from ganae_cli.networks.layers.resampling import BilinearDown, BilinearUp, MaxPool, Nearest
from ganae_cli.networks.layers.spectral_norm import SpectralNorm
from ganae_cli.networks.layers.strided_conv import Doubling, Halving
from ganae_cli.networks.r3gan import Basis, WeighedPixels
from ganae_cli.networks.resnet import SumOfPixels

MOST_CONVOLUTIONS = 64  # in place of one grouped convolution; more groups share some, with zeros between them

# Convolutions -------------------------------------------------------------------------------------------------------


@rule(Halving)
def _halving(plain: Plain, layer: Halving, x: Tensor, divided: float) -> Tensor:
    conv = layers.Conv2D(layer.filters, 4, 2, padding="same", use_bias=layer.use_bias, dtype=FLOAT)
    return weighted(conv, x, *divided_weights(layer, divided))


@rule(Doubling)
def _doubling(plain: Plain, layer: Doubling, x: Tensor, divided: float) -> Tensor:
    conv = layers.Conv2DTranspose(layer.filters, 4, 2, padding="same", use_bias=layer.use_bias, dtype=FLOAT)
    return weighted(conv, x, *divided_weights(layer, divided))


@rule(GroupedConvolution)
def _grouped(plain: Plain, layer: GroupedConvolution, x: Tensor, divided: float) -> Tensor:
    """Convolve each group by itself: Keras computes its own grouped convolution by a call that ONNX does not know."""
    parts = max(n for n in range(1, min(layer.groups, MOST_CONVOLUTIONS) + 1) if layer.groups % n == 0)
    kernel, *bias = divided_weights(layer, divided)
    biases = [[own] for own in np.split(bias[0], parts)] if bias else [[]] * parts
    inputs = ops.split(x, parts, axis=-1) if parts > 1 else [x]
    outputs = [
        weighted(
            layers.Conv2D(part.shape[-1], 3, padding="same", use_bias=bool(bias), dtype=FLOAT),
            one,
            _between_groups(part, layer.groups // parts),
            *own,
        )
        for one, part, own in zip(inputs, np.split(kernel, parts, axis=-1), biases, strict=True)
    ]
    return layers.Concatenate(dtype=FLOAT)(outputs) if parts > 1 else outputs[0]


def _between_groups(kernel: np.ndarray, groups: int) -> np.ndarray:
    """Return a grouped kernel (3, 3, size, groups * size) as a whole one, with zeros between groups."""
    size = kernel.shape[2]
    whole = np.zeros((*kernel.shape[:2], groups * size, groups * size), np.float32)
    for start in range(0, groups * size, size):
        whole[:, :, start : start + size, start : start + size] = kernel[..., start : start + size]
    return whole


@rule(SpectralNorm)
def _spectral(plain: Plain, layer: SpectralNorm, x: Tensor, divided: float) -> Tensor:
    return plain.layer(layer.layer, x, divided * float(layer.estimate()[0]))


# Changes of size ----------------------------------------------------------------------------------------------------


def filtered(x: Tensor, kernel: np.ndarray, stride: int = 1, padding: str = "same") -> Tensor:
    """Return images of which each channel is convolved with the same fixed kernel (height, width), or its own."""
    channels = x.shape[-1]
    own = kernel if kernel.ndim == 3 else np.repeat(kernel[..., None], channels, axis=-1)
    conv = layers.DepthwiseConv2D(own.shape[:2], stride, padding=padding, use_bias=False, dtype=FLOAT)
    return weighted(conv, x, own[..., None])


def doubled(x: Tensor) -> Tensor:
    """Return images with each pixel twice in both directions.

    Not by `UpSampling2D`: after it, the converter of LiteRT does not know the height of images any more.
    """
    height, width, channels = x.shape[1:]
    wide = layers.Concatenate(dtype=FLOAT)([x, x])  # (height, width, 2 channels), read as (height, 2 width, channels)
    rows = layers.Reshape((height, 2 * width * channels), dtype=FLOAT)(wide)
    twice = layers.Concatenate(dtype=FLOAT)([rows, rows])
    return layers.Reshape((2 * height, 2 * width, channels), dtype=FLOAT)(twice)


def cropped(x: Tensor, size: tuple[int, int], start: tuple[int, int]) -> Tensor:
    """Return the part of images that begins at a row and column."""
    margin = [(first, x.shape[axis + 1] - first - size[axis]) for axis, first in enumerate(start)]
    return layers.Cropping2D(margin, dtype=FLOAT)(x) if margin != [(0, 0), (0, 0)] else x


@rule(Nearest)
def _nearest(plain: Plain, layer: Nearest, x: Tensor, divided: float) -> Tensor:
    return cropped(doubled(x), layer.size, layer.start)


@rule(BilinearUp)
def _bilinear_up(plain: Plain, layer: BilinearUp, x: Tensor, divided: float) -> Tensor:
    """Zeros between pixels and [1, 3, 3, 1] / 4 are each pixel twice and [1, 2, 1] / 4, as [1, 1] * [1, 2, 1]."""
    row = np.array([1, 2, 1], np.float32) / 4
    return cropped(filtered(doubled(x), np.outer(row, row)), layer.size, layer.start)


@rule(BilinearDown)
def _bilinear_down(plain: Plain, layer: BilinearDown, x: Tensor, divided: float) -> Tensor:
    row = np.array([1, 3, 3, 1], np.float32) / 8
    return filtered(x, np.outer(row, row), stride=2)


@rule(MaxPool)
def _max_pool(plain: Plain, layer: MaxPool, x: Tensor, divided: float) -> Tensor:
    return layers.MaxPooling2D(3, 2, padding="same", dtype=FLOAT)(x)


@rule(SumOfPixels)
def _sum_of_pixels(plain: Plain, layer: SumOfPixels, x: Tensor, divided: float) -> Tensor:
    return ops.sum(x, axis=(1, 2))


@rule(WeighedPixels)
def _weighed_pixels(plain: Plain, layer: WeighedPixels, x: Tensor, divided: float) -> Tensor:
    pixels = filtered(x, divided_weights(layer, divided)[0], padding="valid")  # a kernel as large as the image
    return layers.Flatten(dtype=FLOAT)(pixels)


@rule(Basis)
def _basis(plain: Plain, layer: Basis, z: Tensor, divided: float) -> Tensor:
    """Convolve one pixel, zeros around it, with the turned basis: each of its rows meets the pixel once."""
    height, width, channels = layer.size
    pixel = layers.Reshape((1, 1, channels), dtype=FLOAT)(plain.layer(layer.scale, z))
    wide = layers.ZeroPadding2D((height - 1, width - 1), dtype=FLOAT)(pixel)
    return filtered(wide, layer.basis.numpy()[::-1, ::-1], padding="valid")
