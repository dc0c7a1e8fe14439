"""Features block by block: one traced program of a fixed shape, and memory that does not grow with the rows."""

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from ganae_cli.datasets.rows import Array
from ganae_cli.features.base import Progress, refuse_others

MOST_ROWS = 256
NUMBERS = 2**23  # float32 numbers that the largest layer of a block has, at most: 32 MB


class Blocks:
    """Computes functions of images block by block: `blocks(images)` -> an array for each result of `compute`.

    compute: float32 images (rows, height, width, channels) in [-1, 1] -> results (rows, …), each row by itself. shape:
    of one image. widest: numbers in the largest layer for one image. name: of the feature space, for messages.

    The program is traced once, for blocks of one size; the last one is filled up. It is not compiled by XLA, which
    takes seconds, and makes depthwise convolutions ten times as slow.
    """

    def __init__(
        self, compute: Callable[[tf.Tensor], Sequence[tf.Tensor]], shape: tuple[int, ...], widest: int, name: str
    ):
        self.shape, self.name = shape, name
        self.size = int(np.clip(NUMBERS // max(1, widest), 1, MOST_ROWS))
        signature = [tf.TensorSpec((self.size, *shape), tf.uint8)]
        self._compute = tf.function(
            lambda images: tuple(compute(tf.cast(images, tf.float32) / 127.5 - 1)),
            input_signature=signature,
            jit_compile=False,
        )

    def __call__(self, images: Array, progress: Progress = lambda share: None) -> list[np.ndarray]:
        """Return the results for uint8 images (N, H, W, C). Raises UserError for images of another kind."""
        refuse_others(images, self.shape, self.name)
        results: list[np.ndarray] = []
        for i in range(0, max(1, len(images)), self.size):  # of no images, one empty block
            part = np.asarray(images[i : i + self.size])
            block = np.zeros((self.size, *self.shape), np.uint8)
            block[: len(part)] = part
            found = [result.numpy() for result in self._compute(block)]
            if not results:
                results = [np.empty((len(images), *one.shape[1:]), one.dtype) for one in found]
            for result, one in zip(results, found, strict=True):
                result[i : i + len(part)] = one[: len(part)]
            progress(min(1.0, (i + self.size) / max(1, len(images))))
        return results
