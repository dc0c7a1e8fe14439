"""4x4 convolutions of stride 2, and their transposes, in the form that XLA runs fastest on a CPU.

Halving, its transpose and the correlation that gives the kernel's gradient are three bilinear maps of which each has
the other two for its derivatives, so gradients of any order, as R1 and WGAN-GP need, keep that form.

XLA computes a transposed convolution at half the rate of a matrix product: here it is one, of each pixel with the
whole kernel, whose 4x4 patches are then added up where they overlap. A convolution of the one to four channels of an
image is a matrix product as well, of its patches. Wider ones, and all outside of a compiled step or on a GPU, are
TensorFlow's own.
"""

import tensorflow as tf
from keras import layers

FEW = 4  # channels, up to which gathering the patches costs less than the product gains
TAPS = (((1, 0), (3, 1)), ((2, 0), (0, -1)))  # of even and of odd pixels: (row of the kernel, where its patch lies)


class Halving(layers.Conv2D):
    """(batch, height, width, channels) -> half of it, rounded up: as Conv2D(filters, 4, 2, padding="same")."""

    def __init__(self, filters: int, **options):
        super().__init__(filters, 4, 2, padding="same", **options)

    def call(self, x):
        y = _halve(x, tf.convert_to_tensor(self.kernel))
        return y + tf.convert_to_tensor(self.bias) if self.use_bias else y


class Doubling(layers.Conv2DTranspose):
    """(batch, height, width, channels) -> twice of it: as Conv2DTranspose(filters, 4, 2, padding="same")."""

    def __init__(self, filters: int, **options):
        super().__init__(filters, 4, 2, padding="same", **options)

    def call(self, y):
        size = 2 * y.shape[1], 2 * y.shape[2]
        x = _double(y, tf.convert_to_tensor(self.kernel), size)
        return x + tf.convert_to_tensor(self.bias) if self.use_bias else x


def _halve(x, kernel):
    """y[i, j] = sum over a, b of x[2i + a - 1, 2j + b - 1] kernel[a, b]; kernel: (4, 4, channels of x, of y)."""

    @tf.custom_gradient
    def halve(x, kernel):
        def gradient(dy):
            return _double(dy, kernel, x.shape[1:3]), _correlate(x, dy)

        return _halved(x, kernel), gradient

    return halve(x, kernel)


def _double(y, kernel, size):
    """The transpose of `_halve` for one kernel, to images of `size`."""

    @tf.custom_gradient
    def double(y, kernel):
        return _doubled(y, kernel, size), lambda dx: (_halve(dx, kernel), _correlate(dx, y))

    return double(y, kernel)


def _correlate(x, y):
    """kernel[a, b] = sum over i, j and the batch of x[2i + a - 1, 2j + b - 1] y[i, j]."""

    @tf.custom_gradient
    def correlate(x, y):
        return _correlation(x, y), lambda dkernel: (_double(y, dkernel, x.shape[1:3]), _halve(x, dkernel))

    return correlate(x, y)


def _as_products() -> bool:
    return not tf.executing_eagerly() and not tf.config.get_visible_devices("GPU")


def _halved(x, kernel):
    if x.shape[3] > FEW or not _as_products():
        return tf.nn.conv2d(x, kernel, 2, "SAME")
    patches = _patches(x)
    y = tf.matmul(tf.reshape(patches, (-1, patches.shape[3])), tf.reshape(kernel, (-1, kernel.shape[3])))
    return tf.reshape(y, (-1, *patches.shape[1:3], kernel.shape[3]))


def _correlation(x, y):
    shape = (4, 4, x.shape[3], y.shape[3])
    if x.shape[3] > FEW or not _as_products():
        return tf.raw_ops.Conv2DBackpropFilter(
            input=x, filter_sizes=shape, out_backprop=y, strides=[1, 2, 2, 1], padding="SAME"
        )
    columns, rows = (tf.reshape(part, (-1, part.shape[3])) for part in (_patches(x), y))
    return tf.reshape(tf.matmul(columns, rows, transpose_a=True), shape)


def _doubled(y, kernel, size):
    high, wide, channels = *y.shape[1:3], kernel.shape[2]
    if not _as_products():
        return tf.nn.conv2d_transpose(y, kernel, (tf.shape(y)[0], *size, channels), 2, "SAME")
    rows, columns = tf.reshape(y, (-1, y.shape[3])), tf.reshape(kernel, (-1, y.shape[3]))
    patches = tf.reshape(tf.matmul(rows, columns, transpose_b=True), (-1, high, wide, 4, 4, channels))
    quarters = [
        tf.add_n([_moved(patches[:, :, :, a, b], down, right) for a, down in TAPS[odd] for b, right in TAPS[side]])
        for odd in (0, 1)
        for side in (0, 1)
    ]
    whole = tf.reshape(tf.stack(quarters, axis=3), (-1, high, wide, 2, 2, channels))
    whole = tf.reshape(tf.transpose(whole, (0, 1, 3, 2, 4, 5)), (-1, 2 * high, 2 * wide, channels))
    return whole[:, : size[0], : size[1]]


def _moved(images, down: int, right: int):
    """Images moved by a pixel or none, zeros where nothing comes in."""
    high, wide = images.shape[1:3]
    padded = tf.pad(images, ((0, 0), (max(down, 0), max(-down, 0)), (max(right, 0), max(-right, 0)), (0, 0)))
    top, left = max(-down, 0), max(-right, 0)
    return padded[:, top : top + high, left : left + wide]


def _patches(x):
    """(batch, half the height, half the width, 4 * 4 * channels): what each number of a halved image sums."""
    high, wide = ((side + 1) // 2 for side in x.shape[1:3])
    below, right = 2 * high + 1 - x.shape[1], 2 * wide + 1 - x.shape[2]
    padded = tf.pad(x, ((0, 0), (1, below), (1, right), (0, 0)))
    taps = [padded[:, a : a + 2 * high - 1 : 2, b : b + 2 * wide - 1 : 2] for a in range(4) for b in range(4)]
    return tf.concat(taps, axis=3)
