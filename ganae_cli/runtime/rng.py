"""Random numbers as a pure function of (seed, step, draw, position in the global batch).

Nothing random is kept between steps, so a resumed run draws what the uninterrupted one would have drawn, and two
replicas together draw what a single one would.
"""

import math
import zlib

import tensorflow as tf

from ganae_cli.runtime.philox import philox4x32


def stream(*names) -> int:
    """A seed in [0, 2^31) for a name: crc32 of the joined names, so that streams do not meet by being numbered."""
    return zlib.crc32("/".join(str(name) for name in names).encode()) & 0x7FFFFFFF


class Draws:
    """The draws of one step. Each call takes the next stream, so order of calls is part of the definition.

    count: rows of this replica; replica r draws rows r * count … (r + 1) * count of the global batch. label: keeps
    apart what is drawn in different parts of a step.
    """

    def __init__(self, seed: int, step, count: int, replica=0, label: str = ""):
        self.seed, self.step, self.count, self.replica = seed, step, count, replica
        self.label, self.drawn = label, 0

    def normal(self, *shape: int):
        """Standard normal, (count, *shape), float32, by Box and Muller 1958, doi:10.1214/aoms/1177706645."""
        a, b, c, d = self._words(math.prod(shape))
        pairs = [_radius(length) * part for length, turn in ((a, b), (c, d)) for part in _on_circle(turn)]
        return self._shaped(pairs, shape)

    def uniform(self, *shape: int):
        """Uniform on [0, 1), (count, *shape), float32."""
        return self._shaped([_unit(words) for words in self._words(math.prod(shape))], shape)

    def _words(self, numbers: int):
        """Four tensors (count, blocks) of random bits of the next stream, together enough for so many numbers a row.

        Counter: block, row of the global batch, lower and upper half of the step.
        """
        rows = tf.range(self.count, dtype=tf.int32) + self.replica * self.count
        row, block = tf.meshgrid(rows, tf.range(-(-numbers // 4), dtype=tf.int32), indexing="ij")
        low, high = tf.unstack(tf.bitcast(tf.cast(self.step, tf.int64), tf.int32))
        counter = (tf.bitcast(word, tf.uint32) for word in (block, row, low + 0 * row, high + 0 * row))
        key = stream(self.seed, self.label, self.drawn), 0
        self.drawn += 1
        return philox4x32(tuple(counter), key)

    def _shaped(self, parts, shape: tuple[int, ...]):
        """Joined along the columns: XLA would compute a flat tensor anew for each of its elements."""
        return tf.reshape(tf.concat(parts, axis=1)[:, : math.prod(shape)], (self.count, *shape))


def _unit(words):
    """The upper 24 bits, all that float32 holds, as a number in [0, 1)."""
    upper = tf.bitcast(tf.bitwise.right_shift(words, tf.constant(8, tf.uint32)), tf.int32)
    return tf.cast(upper, tf.float32) * 2.0**-24


def _radius(words):
    """The length of a vector of two standard normal numbers: sqrt(-2 ln u), u in (0, 1]."""
    return tf.sqrt(-2.0 * tf.math.log(1.0 - _unit(words)))


def _on_circle(words):
    """Cosine and sine of a uniform angle, by their Taylor series (rest below 1e-8) between -45 and 45 degrees.

    Three of the bits that `_unit` leaves over turn and mirror it. XLA takes sines of numbers one after the other.
    """
    angle = (_unit(words) - 0.5) * (math.pi / 2)
    square = angle * angle
    cosine = 1 + square * (-1 / 2 + square * (1 / 24 + square * (-1 / 720 + square / 40320)))
    sine = angle * (1 + square * (-1 / 6 + square * (1 / 120 + square * (-1 / 5040 + square / 362880))))
    bits = tf.bitcast(words, tf.int32)
    turned = tf.bitwise.bitwise_and(bits, 1) > 0
    across = tf.cast(tf.bitwise.bitwise_and(bits, 2) - 1, tf.float32)  # -1 or 1
    along = tf.cast(tf.bitwise.bitwise_and(bits, 4) - 2, tf.float32) / 2
    return across * tf.where(turned, sine, cosine), along * tf.where(turned, cosine, sine)
