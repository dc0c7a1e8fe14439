"""Changes of colour; images: (rows, height, width, channels). An alpha channel, the 2nd or the 4th, stays as it is."""

import math

import tensorflow as tf


def colors_of(images: tf.Tensor) -> int:
    """Return how many of the channels are colours: 1 of grey, 3 of red, green and blue; all but alpha.

    >>> [colors_of(tf.zeros((1, 1, 1, channels))) for channels in (1, 2, 3, 4)]
    [1, 1, 3, 3]
    """
    channels = images.shape[-1]
    return channels - 1 if channels in (2, 4) else channels


def with_colors(images: tf.Tensor, colors: tf.Tensor) -> tf.Tensor:
    """Return the images with other colours; their alpha, if any, stays."""
    count = colors.shape[-1]
    return colors if count == images.shape[-1] else tf.concat([colors, images[..., count:]], axis=-1)


def stretched(colors: tf.Tensor, center: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Return center + factor (colors - center); factor: one for each image, (rows,)."""
    return center + factor[:, None, None, None] * (colors - center)


def hue_turned(colors: tf.Tensor, angle: tf.Tensor) -> tf.Tensor:
    """Turn red, green and blue about the axis of grey; angle: radians, (rows,).

    With m the mean of a pixel x and v = (1, 1, 1) / sqrt(3): m + cos(a) (x - m) + sin(a) v × x (Rodrigues).

    >>> red = tf.reshape(tf.constant([1.0, 0.0, 0.0]), (1, 1, 1, 3))
    >>> turned = hue_turned(red, tf.constant([2 * math.pi / 3])).numpy().ravel()  # red becomes green
    >>> [abs(round(float(color), 5)) for color in turned]
    [0.0, 1.0, 0.0]
    """
    mean = tf.reduce_mean(colors, axis=-1, keepdims=True)
    r, g, b = tf.unstack(colors, axis=-1)
    across = tf.stack([b - g, r - b, g - r], axis=-1) / math.sqrt(3)
    cosine, sine = (one[:, None, None, None] for one in (tf.cos(angle), tf.sin(angle)))
    return mean + cosine * (colors - mean) + sine * across
