"""Changes of images that move or blank whole pixels; images: (rows, height, width, channels).

Sides and positions are numbers of pixels, those that differ from image to image int32 (rows,).
"""

import tensorflow as tf


def flipped(images: tf.Tensor, chosen: tf.Tensor) -> tf.Tensor:
    """Mirror the chosen images left to right; chosen: bool (rows,)."""
    return tf.where(chosen[:, None, None, None], tf.reverse(images, axis=[2]), images)


def shifted(images: tf.Tensor, down: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Shift each image down and right, by whole pixels; what comes in is 0.

    >>> image = tf.reshape(tf.constant([1.0, 2.0, 3.0, 4.0]), (1, 2, 2, 1))
    >>> shifted(image, down=tf.constant([1]), right=tf.constant([0]))[0, :, :, 0].numpy().tolist()
    [[0.0, 0.0], [1.0, 2.0]]
    """
    # Whole rows, then whole columns: the gradient of a gather adds up piece by piece, so pieces should be few.
    columns = tf.transpose(_rows_shifted(images, down), (0, 2, 1, 3))
    return tf.transpose(_rows_shifted(columns, right), (0, 2, 1, 3))


def _rows_shifted(images: tf.Tensor, down: tf.Tensor) -> tf.Tensor:
    height = images.shape[1]
    source = tf.range(height)[None] - down[:, None]
    taken = tf.gather(images, tf.clip_by_value(source, 0, height - 1), axis=1, batch_dims=1)
    is_inside = tf.logical_and(source >= 0, source < height)
    return tf.where(is_inside[..., None, None], taken, tf.zeros_like(taken))


def cut_out(images: tf.Tensor, share: float, y: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """Set a rectangle of each image to 0, with sides of a share of the image's; it may reach over the edges.

    y, x: where its centre is, uniform on [0, 1), (rows,).

    >>> cut_out(tf.ones((1, 2, 4, 1)), 0.5, tf.constant([0.0]), tf.constant([0.9]))[0, :, :, 0].numpy().tolist()
    [[1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 1.0, 1.0]]
    """
    rows = _cut(y, images.shape[1], share)[:, :, None, None]
    columns = _cut(x, images.shape[2], share)[:, None, :, None]
    return tf.where(tf.logical_and(rows, columns), tf.zeros_like(images), images)


def _cut(u: tf.Tensor, side: int, share: float) -> tf.Tensor:
    """Return which positions of a side are cut out, bool (rows, side).

    An odd interval has its centre on a pixel, an even one between two, or at one of the ends, one place more.
    """
    length = pixels(side, share)
    start = whole(u, side + 1 - length % 2) - length // 2
    offset = tf.range(side)[None] - start[:, None]
    return tf.logical_and(offset >= 0, offset < length)


def pixels(side: int, share: float) -> int:
    """Return a share of a side in whole pixels, halves rounded up.

    >>> pixels(28, 0.125), pixels(9, 0.5)
    (4, 5)
    """
    return int(side * share + 0.5)


def whole(uniform: tf.Tensor, count: int) -> tf.Tensor:
    """Return whole numbers 0 … count - 1, int32, of numbers that are uniform on [0, 1).

    >>> whole(tf.constant([0.0, 0.34, 0.999]), 3).numpy().tolist()
    [0, 1, 2]
    """
    # A product just below `count` may be rounded up to it.
    return tf.minimum(tf.cast(uniform * count, tf.int32), count - 1)
