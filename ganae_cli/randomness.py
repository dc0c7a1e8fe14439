"""Random numbers as a pure function of (seed, step, draw, position in the global batch).

Nothing random is kept between steps, so a resumed run draws what the uninterrupted one would have drawn, and two
replicas together draw what a single one would.
"""

import math
import zlib

import tensorflow as tf


def stream(*names) -> int:
    """A seed in [0, 2^31) for a name: crc32 of the joined names, so that streams do not meet by being numbered."""
    return zlib.crc32("/".join(str(name) for name in names).encode()) & 0x7FFFFFFF


class Draws:
    """The draws of one step. Each call takes the next stream, so order of calls is part of the definition.

    count: rows of this replica; the global batch has count * replicas rows, of which replica r owns rows
    r * count … (r + 1) * count. label: keeps apart what is drawn in different parts of a step.
    """

    def __init__(self, seed: int, step, count: int, replica=0, replicas: int = 1, label: str = ""):
        self.seed, self.step, self.count, self.replica, self.replicas = seed, step, count, replica, replicas
        self.label, self.drawn = label, 0

    def normal(self, *shape: int):
        """Standard normal, (count, *shape), float32, by Box and Muller 1958, doi:10.1214/aoms/1177706645."""
        first, second = self._bits(*shape), self._bits(*shape)
        radius = tf.sqrt(-2.0 * tf.math.log(1.0 - _unit(first)))  # 1 - u is in (0, 1]
        return self._rows(radius * tf.cos(2.0 * math.pi * _unit(second)))

    def uniform(self, *shape: int):
        """Uniform on [0, 1), (count, *shape), float32."""
        return self._rows(_unit(self._bits(*shape)))

    def _bits(self, *shape: int):
        """Philox bits of the next stream for the global batch, uint32. Salmon et al. 2011, doi:10.1145/2063384.2063405.

        TensorFlow's own stateless draws differ between XLA and the rest; Philox's bits for a key and a counter do not.
        """
        key = tf.constant([stream(self.seed, self.label, self.drawn)], tf.uint64)
        counter = tf.stack([tf.constant(0, tf.uint64), tf.bitcast(tf.cast(self.step, tf.int64), tf.uint64)])
        self.drawn += 1
        return tf.raw_ops.StatelessRandomUniformFullIntV2(
            shape=(self.count * self.replicas, *shape), key=key, counter=counter, alg=_PHILOX, dtype=tf.uint32
        )

    def _rows(self, values):
        """This replica's rows of a global batch."""
        if self.replicas == 1:
            return values
        begin = [self.replica * self.count] + [0] * (values.shape.rank - 1)
        return tf.slice(values, begin, [self.count, *values.shape[1:]])


_PHILOX = 1  # its number among TensorFlow's random generators


def _unit(bits):
    """The upper 24 bits, all that float32 holds, as a number in [0, 1)."""
    return tf.cast(tf.bitwise.right_shift(bits, tf.constant(8, tf.uint32)), tf.float32) * 2.0**-24
