"""Layers that make images smaller or larger: (batch, height, width, channels) -> the same channels at another size.

They consist of slices and sums, which XLA fuses with the operations around them, forward, backward and twice backward.
XLA's own alternatives, measured on a CPU: a depthwise convolution with the filter takes 30 times as long, and the
second derivative of its max-pooling, which an R1 penalty needs, is exact to 2 digits only.
"""

import abc

from keras import layers, ops

from ganae_cli.networks.layers.savable import savable


@savable()
class Nearest(layers.Layer):
    """Nearest-neighbour upsampling: each pixel twice in both directions, then cropped.

    size: (height, width) of the result. start: the first row and column of it that are kept.
    """

    def __init__(self, size: tuple[int, int], start: tuple[int, int] = (0, 0)):
        super().__init__()
        self.size, self.start = size, start

    def call(self, x):
        for axis in (1, 2):
            x = _interleave(x, x, axis)
        return self._cropped(x)

    def _cropped(self, x):
        (height, width), (top, left) = self.size, self.start
        return x[:, top : top + height, left : left + width]

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.size, input_shape[3])


@savable()
class BilinearUp(Nearest):
    """Bilinear upsampling: zeros between pixels, the filter [1, 3, 3, 1] / 4 in both directions, then cropped.

    Row 2i of the result is (3 x_i + x_(i-1)) / 4, row 2i + 1 is (3 x_i + x_(i+1)) / 4; outside the image x is zero.
    """

    def call(self, x):
        for axis in (1, 2):
            before, after = (_take(_pad(x, axis, 1, 1), axis, start, 1, x.shape[axis]) for start in (0, 2))
            x = _interleave(0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after, axis)
        return self._cropped(x)


@savable()
class Halved(layers.Layer):
    """Base of layers that halve height and width, rounded up; `_halve` does it along one axis."""

    def call(self, x):
        for axis in (1, 2):
            x = self._halve(x, axis, (x.shape[axis] + 1) // 2)
        return x

    @abc.abstractmethod
    def _halve(self, x, axis: int, count: int):
        """Return `count` rows (axis 1) or columns (axis 2) made of those of x."""

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, (height + 1) // 2, (width + 1) // 2, channels)


@savable()
class BilinearDown(Halved):
    """Bilinear downsampling: the filter [1, 3, 3, 1] / 8 in both directions at every other pixel.

    Row i of the result is (x_(2i-1) + 3 x_2i + 3 x_(2i+1) + x_(2i+2)) / 8; outside the image x is zero.
    """

    def _halve(self, x, axis: int, count: int):
        padded = _pad(x, axis, 1, 2)
        a, b, c, d = (_take(padded, axis, start, 2, count) for start in range(4))
        return 0.375 * (b + c) + 0.125 * (a + d)


@savable()
class MaxPool(Halved):
    """Maximum of each 3x3 window at every other pixel, with "same" padding as in Keras."""

    def _halve(self, x, axis: int, count: int):
        missing = 2 * count + 1 - x.shape[axis]
        # The lowest number of float16. Every window holds a pixel of the image, so padding is never the maximum.
        padded = _pad(x, axis, missing // 2, missing - missing // 2, value=-65504.0)
        a, b, c = (_take(padded, axis, start, 2, count) for start in range(3))
        return ops.maximum(ops.maximum(a, b), c)


def _interleave(even, odd, axis: int):
    """Return rows (or columns) of two images in turn."""
    shape = list(even.shape)
    shape[axis] *= 2
    return ops.reshape(ops.stack([even, odd], axis=axis + 1), (-1, *shape[1:]))


def _pad(x, axis: int, before: int, after: int, value: float = 0.0):
    return ops.pad(x, [(before, after) if i == axis else (0, 0) for i in range(4)], constant_values=value)


def _take(x, axis: int, start: int, stride: int, count: int):
    """Return `count` rows (or columns): every `stride`-th from `start`."""
    rows = slice(start, start + stride * (count - 1) + 1, stride)
    return x[tuple(rows if i == axis else slice(None) for i in range(4))]
