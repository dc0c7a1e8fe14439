"""4x4 convolutions of stride 2, and their transposes, in the form that XLA runs fastest on a CPU.

The convolution, its transpose and the correlation that gives the kernel's gradient are three bilinear maps, and each
has the other two as its derivatives. So gradients of any order, which R1 and WGAN-GP need, keep the fast form.

XLA computes a transposed convolution at half the rate of a matrix product. Here it is a matrix product of each pixel
with the whole kernel; the resulting 4x4 patches are then added up where they overlap. A convolution of the one to four
channels of an image is a matrix product as well, of the image's patches. Convolutions of more channels, and all outside
of a compiled step or on a GPU, are TensorFlow's own.
"""

import keras
import tensorflow as tf
from keras import layers

from ganae_cli.networks.layers.common import scaled_normal
from ganae_cli.networks.layers.savable import savable

MAX_CHANNELS_OF_PRODUCT = 4  # with more channels, gathering the patches costs more than the matrix product gains
# Kernel rows that reach even pixels, then those that reach odd ones, each as (row, shift of its patches in pixels).
TAPS = (((1, 0), (3, 1)), ((2, 0), (0, -1)))


@savable("kernel_size", "strides", "padding")
class Halving(layers.Conv2D):
    """Convolution to half the height and width, rounded up; computes the same as Conv2D(filters, 4, 2, "same")."""

    def __init__(self, filters: int, **options):
        super().__init__(filters, 4, 2, padding="same", **options)

    def call(self, x):
        y = _halve(x, tf.convert_to_tensor(self.kernel))
        return y + tf.convert_to_tensor(self.bias) if self.use_bias else y


@savable("kernel_size", "strides", "padding")
class Doubling(layers.Conv2DTranspose):
    """Convolution to twice the height and width; computes the same as Conv2DTranspose(filters, 4, 2, "same")."""

    def __init__(self, filters: int, **options):
        super().__init__(filters, 4, 2, padding="same", **options)

    def call(self, y):
        size = 2 * y.shape[1], 2 * y.shape[2]
        x = _double(y, tf.convert_to_tensor(self.kernel), size)
        return x + tf.convert_to_tensor(self.bias) if self.use_bias else x


@keras.saving.register_keras_serializable(package="ganae")
class Smooth(keras.initializers.Initializer):
    """Initial weights with which doubling interpolates bilinearly between pixels: no checkerboard pattern to unlearn.

    kernel[a, b] = t[a] t[b] M, with t = (1, 3, 3, 1) / 4 and M ~ N(0, gain / inputs) of shape (outputs, inputs), where
    the gain is 2 before a rectifier, else 1: pixels that are like their neighbours, as those of features that were
    doubled so, keep their size.
    """

    def __init__(self, inputs: int, nonlinear: bool = True):
        self.inputs, self.nonlinear = inputs, nonlinear

    def __call__(self, shape, dtype=None):
        mixing = scaled_normal(self.inputs, self.nonlinear)(shape[2:], dtype)
        taps = tf.constant([1, 3, 3, 1], mixing.dtype) / 4
        return taps[:, None, None, None] * taps[None, :, None, None] * mixing

    def get_config(self):
        return {"inputs": self.inputs, "nonlinear": self.nonlinear}


def _halve(x, kernel):
    """Return y[i, j] = sum over a, b of x[2i + a - 1, 2j + b - 1] kernel[a, b].

    kernel: (4, 4, channels of x, channels of y).
    """

    @tf.custom_gradient
    def halve(x, kernel):
        def gradient(dy):
            return _double(dy, kernel, x.shape[1:3]), _correlate(x, dy)

        return _compute_halving(x, kernel), gradient

    return halve(x, kernel)


def _double(y, kernel, size):
    """Apply the transpose of `_halve` for the same kernel; size: (height, width) of the resulting images."""

    @tf.custom_gradient
    def double(y, kernel):
        return _compute_doubling(y, kernel, size), lambda dx: (_halve(dx, kernel), _correlate(dx, y))

    return double(y, kernel)


def _correlate(x, y):
    """Return kernel[a, b] = sum over i, j and the batch of x[2i + a - 1, 2j + b - 1] y[i, j]."""

    @tf.custom_gradient
    def correlate(x, y):
        return _compute_correlation(x, y), lambda dkernel: (_double(y, dkernel, x.shape[1:3]), _halve(x, dkernel))

    return correlate(x, y)


def _as_products() -> bool:
    return not tf.executing_eagerly() and not tf.config.get_visible_devices("GPU")


def _compute_halving(x, kernel):
    if x.shape[3] > MAX_CHANNELS_OF_PRODUCT or not _as_products():
        return tf.nn.conv2d(x, kernel, 2, "SAME")
    patches = _patches(x)
    y = tf.matmul(tf.reshape(patches, (-1, patches.shape[3])), tf.reshape(kernel, (-1, kernel.shape[3])))
    return tf.reshape(y, (-1, *patches.shape[1:3], kernel.shape[3]))


def _compute_correlation(x, y):
    shape = (4, 4, x.shape[3], y.shape[3])
    if x.shape[3] > MAX_CHANNELS_OF_PRODUCT or not _as_products():
        return tf.raw_ops.Conv2DBackpropFilter(
            input=x, filter_sizes=shape, out_backprop=y, strides=[1, 2, 2, 1], padding="SAME"
        )
    columns, rows = (tf.reshape(part, (-1, part.shape[3])) for part in (_patches(x), y))
    return tf.reshape(tf.matmul(columns, rows, transpose_a=True), shape)


def _compute_doubling(y, kernel, size):
    height, width, channels = y.shape[1], y.shape[2], kernel.shape[2]
    if not _as_products():
        return tf.nn.conv2d_transpose(y, kernel, (tf.shape(y)[0], *size, channels), 2, "SAME")
    rows, columns = tf.reshape(y, (-1, y.shape[3])), tf.reshape(kernel, (-1, y.shape[3]))
    patches = tf.reshape(tf.matmul(rows, columns, transpose_b=True), (-1, height, width, 4, 4, channels))
    quarters = [  # the pixels of even and odd rows, each of even and odd columns
        tf.add_n([_shift(patches[:, :, :, a, b], down, right) for a, down in TAPS[row] for b, right in TAPS[column]])
        for row in (0, 1)
        for column in (0, 1)
    ]
    whole = tf.reshape(tf.stack(quarters, axis=3), (-1, height, width, 2, 2, channels))
    whole = tf.reshape(tf.transpose(whole, (0, 1, 3, 2, 4, 5)), (-1, 2 * height, 2 * width, channels))
    return whole[:, : size[0], : size[1]]


def _shift(images, down: int, right: int):
    """Shift images by one pixel or none (-1, 0 or 1 in each direction), with zeros at the free border."""
    height, width = images.shape[1], images.shape[2]
    padded = tf.pad(images, ((0, 0), (max(down, 0), max(-down, 0)), (max(right, 0), max(-right, 0)), (0, 0)))
    top, left = max(-down, 0), max(-right, 0)
    return padded[:, top : top + height, left : left + width]


def _patches(x):
    """Return the 4x4 patch under each pixel of the halved image, (batch, height / 2, width / 2, 4 * 4 * channels).

    Half the height and half the width are rounded up.
    """
    height, width = (x.shape[1] + 1) // 2, (x.shape[2] + 1) // 2
    below, right = 2 * height + 1 - x.shape[1], 2 * width + 1 - x.shape[2]
    padded = tf.pad(x, ((0, 0), (1, below), (1, right), (0, 0)))
    taps = [padded[:, a : a + 2 * height - 1 : 2, b : b + 2 * width - 1 : 2] for a in range(4) for b in range(4)]
    return tf.concat(taps, axis=3)
