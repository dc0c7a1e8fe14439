"""Affine maps of the plane, and images resampled by them; images: (rows, height, width, channels).

A map is a matrix (rows, 2, 3) that takes a place (y, x) of the result to the place of the image that is seen there,
both in pixels from the centre of the image. Maps are composed in the order in which the image is changed.
"""

import tensorflow as tf


def composed(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """Return the map of an image that is changed by `first`, then by `second`."""
    linear, shift = first[..., :2], first[..., 2]
    turned = _times(linear, second[..., :2])
    moved = _times(linear, second[..., 2:])[..., 0] + shift
    return tf.concat([turned, moved[..., None]], axis=-1)


def _times(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return a b, (rows, 2, n), without rounding to less than float32, as a matrix product on a GPU may."""
    return tf.reduce_sum(a[..., None] * b[:, None], axis=2)


def scaled(tall: tf.Tensor, wide: tf.Tensor) -> tf.Tensor:
    """Return the map that stretches images about their centre by these factors, (rows,); negative ones mirror."""
    zero = tf.zeros_like(tall)
    return _map(1.0 / tall, zero, zero, zero, 1.0 / wide, zero)


def turned(angle: tf.Tensor) -> tf.Tensor:
    """Return the map that turns images about their centre, anticlockwise as they are seen; angle: radians, (rows,)."""
    cosine, sine, zero = tf.cos(angle), tf.sin(angle), tf.zeros_like(angle)
    return _map(cosine, sine, zero, -sine, cosine, zero)


def quarter_turned(quarters: tf.Tensor) -> tf.Tensor:
    """Return the map that turns images by so many right angles, int32 (rows,), exactly."""
    cosines, sines = tf.constant([1.0, 0.0, -1.0, 0.0]), tf.constant([0.0, 1.0, 0.0, -1.0])
    cosine, sine = tf.gather(cosines, quarters), tf.gather(sines, quarters)
    zero = tf.zeros_like(cosine)
    return _map(cosine, sine, zero, -sine, cosine, zero)


def moved(down: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Return the map that moves images by so many pixels, (rows,), whole or not."""
    one, zero = tf.ones_like(down), tf.zeros_like(down)
    return _map(one, zero, -down, zero, one, -right)


def _map(*entries: tf.Tensor) -> tf.Tensor:
    return tf.reshape(tf.stack(entries, axis=-1), (-1, 2, 3))


def resampled(images: tf.Tensor, maps: tf.Tensor) -> tf.Tensor:
    """Return each image changed by its map: bilinear between pixels, mirrored at the centres of the edges' pixels.

    A place that is exactly a pixel has its value, bit for bit.

    >>> image = tf.reshape(tf.constant([0.0, 1.0, 2.0]), (1, 1, 3, 1))
    >>> resampled(image, moved(tf.constant([0.0]), tf.constant([0.5]))).numpy().ravel().tolist()
    [0.5, 0.5, 1.5]
    """
    rows, height, width, channels = images.shape
    y, x = (_folded(place, side) for place, side in zip(_places(maps, height, width), (height, width), strict=True))
    corners = _corners(images)
    top = tf.minimum(tf.floor(y), corners.shape[1] - 1.0)
    left = tf.minimum(tf.floor(x), corners.shape[2] - 1.0)
    place = tf.cast(top * corners.shape[2] + left, tf.int32)
    # All four neighbours as one: the gradient of a gather adds up piece by piece, so pieces should be few.
    flat = tf.reshape(corners, (rows, -1, 4 * channels))
    found = tf.gather(flat, tf.reshape(place, (rows, -1)), axis=1, batch_dims=1)
    a, b, c, d = tf.unstack(tf.reshape(found, (rows, height, width, 4, channels)), axis=3)
    below, beside = (y - top)[..., None], (x - left)[..., None]
    return (1 - below) * ((1 - beside) * a + beside * b) + below * ((1 - beside) * c + beside * d)


def _places(maps: tf.Tensor, height: int, width: int) -> list[tf.Tensor]:
    """Return y and x of the place that each pixel of the result shows, (rows, height, width), in pixels from 0."""
    middle = (height - 1) / 2, (width - 1) / 2
    ys, xs = tf.meshgrid(*(tf.range(2 * m + 1) - m for m in middle), indexing="ij")
    entries = tf.unstack(tf.reshape(maps, (-1, 6, 1, 1)), axis=1)
    return [a * ys + b * xs + c + m for (a, b, c), m in zip((entries[:3], entries[3:]), middle, strict=True)]


def _folded(place: tf.Tensor, side: int) -> tf.Tensor:
    """Return the place within 0 … side - 1 that a mirror at either end shows instead."""
    last = side - 1.0
    return last - tf.abs(tf.math.floormod(place, 2 * last) - last) if last else tf.zeros_like(place)


def _corners(images: tf.Tensor) -> tf.Tensor:
    """Return, for each square of four pixels, all their channels: those above, those below, each from the left."""
    for axis in (1, 2):
        if images.shape[axis] == 1:
            images = tf.repeat(images, 2, axis=axis)
    above, below = images[:, :-1], images[:, 1:]
    return tf.concat([above[:, :, :-1], above[:, :, 1:], below[:, :, :-1], below[:, :, 1:]], axis=-1)
