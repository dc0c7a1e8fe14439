"""Random numbers as a pure function of (seed, step, draw, position in the global batch).

Nothing random is kept between steps, so a resumed run draws what the uninterrupted one would have drawn, and two
replicas together draw what a single one would.
"""

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

    def _global(self, draw, shape: tuple[int, ...], **options):
        name = stream(self.seed, self.label, self.drawn)
        self.drawn += 1
        seed = tf.stack([tf.constant(name, tf.int64), tf.cast(self.step, tf.int64)])
        rows = draw((self.count * self.replicas, *shape), seed=seed, **options)
        if self.replicas == 1:
            return rows
        return tf.slice(rows, [self.replica * self.count] + [0] * len(shape), [self.count, *shape])

    def normal(self, *shape: int):
        """Standard normal, (count, *shape), float32."""
        return self._global(tf.random.stateless_normal, shape)

    def uniform(self, *shape: int):
        """Uniform on [0, 1), (count, *shape), float32."""
        return self._global(tf.random.stateless_uniform, shape)
