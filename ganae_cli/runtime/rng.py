"""Random numbers as a pure function of (seed, step, number of the draw within the step, row of the global batch).

No random state is kept between steps, so a resumed run draws the same numbers as an uninterrupted one, and two replicas
together draw the same numbers as a single one.
"""

import math
import zlib

import tensorflow as tf

from ganae_cli.runtime.philox import Words, philox4x32

FEW = 64  # numbers for each row; one for each pixel are used once, and their identity would fill the memory


def stream(*names: object) -> int:
    """Return a seed in [0, 2^31) for a stream: crc32 of the names joined by "/", without its highest bit.

    Streams are named and not numbered, so that no two of them get the same number by chance of counting.

    >>> stream(3, "initial weights", "encoder") == zlib.crc32(b"3/initial weights/encoder") % 2**31
    True
    """
    return zlib.crc32("/".join(str(name) for name in names).encode()) & 0x7FFFFFFF


class Noise:
    """Noise of one step, or of one part of it. Each call draws from the next stream: the order of calls matters.

    count: rows of this replica; replica r draws the rows r * count … (r + 1) * count - 1 of the global batch. label:
    name of the part of the step, which has streams of its own. step, replica: int or tensor. of_rows: True if each
    number changes a whole row, and had better be computed once.
    """

    def __init__(
        self,
        seed: int,
        step: int | tf.Tensor,
        count: int,
        replica: int | tf.Tensor = 0,
        label: str = "",
        of_rows: bool = False,
    ):
        self.seed, self.step, self.count, self.replica = seed, step, count, replica
        self.label, self.of_rows, self.drawn = label, of_rows, 0

    def normal(self, *shape: int) -> tf.Tensor:
        """Draw standard normal numbers, (count, *shape), float32: Box and Muller 1958, doi:10.1214/aoms/1177706645."""
        a, b, c, d = self._words(math.prod(shape))
        pairs = [_radius(length) * part for length, turn in ((a, b), (c, d)) for part in _on_circle(turn)]
        return self._shaped(pairs, shape)

    def uniform(self, *shape: int) -> tf.Tensor:
        """Draw numbers that are uniform on [0, 1), (count, *shape), float32."""
        return self._shaped([_unit(words) for words in self._words(math.prod(shape))], shape)

    def _words(self, numbers: int) -> Words:
        """Return four tensors (count, blocks) of random bits of the next stream, at least `numbers` words per row.

        Counter of Philox: block, row of the global batch, lower and upper half of the step. Key: seed, label and number
        of the draw, as a stream.
        """
        rows = tf.range(self.count, dtype=tf.int32) + self.replica * self.count
        row, block = tf.meshgrid(rows, tf.range(-(-numbers // 4), dtype=tf.int32), indexing="ij")
        low, high = tf.unstack(tf.bitcast(tf.cast(self.step, tf.int64), tf.int32))
        counter = [tf.bitcast(word, tf.uint32) for word in (block, row, low + 0 * row, high + 0 * row)]
        key = stream(self.seed, self.label, self.drawn), 0
        self.drawn += 1
        return philox4x32((counter[0], counter[1], counter[2], counter[3]), key)

    def _shaped(self, parts: list[tf.Tensor], shape: tuple[int, ...]) -> tf.Tensor:
        """Return (count, *shape) of the first numbers of each row; parts: each (count, blocks)."""
        # Joined as columns of a matrix: XLA would compute a flat tensor anew for each of its elements.
        numbers = tf.concat(parts, axis=1)[:, : math.prod(shape)]
        return tf.reshape(_once(numbers) if self.of_rows else numbers, (self.count, *shape))


def _once(numbers: tf.Tensor) -> tf.Tensor:
    """Return the same numbers, (rows, few), which XLA computes once on a CPU.

    Of some numbers for each image it would compute the random bits anew for every pixel that they change; what a matrix
    product gives it keeps. The product with the identity is exact there; not on a GPU, which rounds factors.
    """
    few = numbers.shape[1]
    if few > FEW or tf.executing_eagerly() or tf.config.get_visible_devices("GPU"):
        return numbers
    return tf.matmul(numbers, tf.eye(few))


def _unit(words: tf.Tensor) -> tf.Tensor:
    """Return the upper 24 bits, as many as float32 can hold, as a number in [0, 1)."""
    upper = tf.bitcast(tf.bitwise.right_shift(words, tf.constant(8, tf.uint32)), tf.int32)
    return tf.cast(upper, tf.float32) * 2.0**-24


def _radius(words: tf.Tensor) -> tf.Tensor:
    """Return the length of a vector of two standard normal numbers: sqrt(-2 ln u), u in (0, 1]."""
    return tf.sqrt(-2.0 * tf.math.log(1.0 - _unit(words)))


def _on_circle(words: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return cosine and sine of a uniform angle.

    By Taylor series between -45 and 45 degrees (error below 1e-8), since XLA computes sines one number at a time. Three
    of the 8 bits that `_unit` does not use select one of the 8 ways to turn and mirror the angle.
    """
    angle = (_unit(words) - 0.5) * (math.pi / 2)
    square = angle * angle
    cosine = 1 + square * (-1 / 2 + square * (1 / 24 + square * (-1 / 720 + square / 40320)))
    sine = angle * (1 + square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040 + square / 362880))))
    bits = tf.bitcast(words, tf.int32)
    swap = tf.bitwise.bitwise_and(bits, 1) > 0
    sign_x = tf.cast(tf.bitwise.bitwise_and(bits, 2) - 1, tf.float32)  # -1 or 1
    sign_y = tf.cast(tf.bitwise.bitwise_and(bits, 4) - 2, tf.float32) / 2
    return sign_x * tf.where(swap, sine, cosine), sign_y * tf.where(swap, cosine, sine)
