"""Pixels as a pretrained network takes them: three channels of one size, resized without aliasing, in float32.

Libraries resize in different ways, most of them with aliasing when they shrink, and FID moves by more than methods
differ: Parmar et al. 2022, arXiv:2104.11222. As they recommend, the filter is Pillow's bicubic one (Keys 1981,
doi:10.1109/TASSP.1981.1163711, a = -1/2), whose support grows as the image shrinks; nothing is rounded to 8 bits, and
what overshoots is cut at 0 and 255.
"""

import numpy as np
import tensorflow as tf

BACKGROUND = 127.0  # of images with an alpha channel: black and white objects both stand out
HOW = "bicubic with antialiasing, float32, cut to 0-255; stretched to a square"


def weights(given: int, wanted: int) -> np.ndarray:
    """Return the matrix float64 (wanted, given) that resizes one side of an image.

    >>> weights(4, 2).round(3).tolist()[0]
    [0.459, 0.459, 0.12, -0.037]
    """
    ratio = given / wanted
    stretch = max(ratio, 1.0)
    centres = (np.arange(wanted) + 0.5) * ratio
    x = np.abs(np.arange(given) + 0.5 - centres[:, None]) / stretch
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    kernel = np.where(x < 1, near, np.where(x < 2, far, 0.0))
    return kernel / kernel.sum(axis=1, keepdims=True)


def to_rgb(images: tf.Tensor, size: int) -> tf.Tensor:
    """Return uint8 images (N, H, W, C) as float32 (N, size, size, 3) from 0 to 255.

    Grey is repeated. With an alpha channel (C of 2 or 4), images are laid over mid grey.
    """
    _, height, width, channels = images.shape
    x = tf.cast(images, tf.float32)
    if channels in (2, 4):
        opacity = x[..., -1:] / 255
        x = x[..., :-1] * opacity + BACKGROUND * (1 - opacity)
        channels -= 1
    if (height, width) != (size, size):
        of_rows = tf.constant(weights(height, size), tf.float32)
        x = tf.matmul(of_rows, tf.reshape(x, (-1, height, width * channels)))
        # All channels of a row in one product: one for each of few channels would be slow.
        of_all_channels = np.kron(weights(width, size), np.eye(channels)).T
        x = tf.matmul(tf.reshape(x, (-1, width * channels)), tf.constant(of_all_channels, tf.float32))
        x = tf.clip_by_value(tf.reshape(x, (-1, size, size, channels)), 0.0, 255.0)
    return tf.repeat(x, 3, axis=-1) if channels == 1 else x
