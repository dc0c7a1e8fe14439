"""What spaces of networks trained on ImageNet share: the images they take, and batches of one shape in float32."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features.base import Progress

CHANNELS = "grey repeated three times; what is transparent, over mid grey"
MOST_AT_ONCE = 64  # images
PIXELS_GIVEN = 64 * 256 * 256  # that a batch has at most as it is given, and when it is resized for the network
PIXELS_RESIZED = 16 * 300 * 300
SMALLEST, LARGEST = 32, 1024  # side of the images that a network may be asked to see


def refused(data: Data) -> str | None:
    """Return why a network of ImageNet cannot see a dataset; None if it can."""
    if data.kind != "images":
        return "points are no images; features=pixels takes their coordinates"
    if data.channel_classes:
        return "each channel is an image of its own, and this network sees colours; features=classifier sees them apart"
    return None


def checked_size(name: str, image_size: int) -> int:
    """Return the option image_size. Raises UserError for what is no whole number from 32 to 1024."""
    is_whole = isinstance(image_size, int) and not isinstance(image_size, bool)
    if not is_whole or not SMALLEST <= image_size <= LARGEST:
        expected = f"a whole number from {SMALLEST} to {LARGEST}"
        raise UserError(f"features={name}: image_size must be {expected}, got {image_size!r}")
    return image_size


def at_once(shape: Sequence[int], size: int) -> int:
    """Return how many images make a batch. shape: of one as it is given. size: its side when the network sees it.

    >>> at_once((32, 32, 3), 96), at_once((32, 32, 3), 299), at_once((2048, 2048, 3), 96)
    (64, 16, 1)
    """
    return max(1, min(MOST_AT_ONCE, PIXELS_GIVEN // (shape[0] * shape[1]), PIXELS_RESIZED // size**2))


def through(
    forward: Callable[[np.ndarray], Sequence], rows: np.ndarray, batch: int, progress: Progress
) -> list[np.ndarray]:
    """Return each output float32 (N, …) of a network for all rows, computed in batches that all have one shape.

    forward: uint8 images (batch, H, W, C) -> tensors whose first axis is the same. The last batch is filled up with
    black images, so that a compiled network is compiled once.
    """
    made: list[np.ndarray] = []
    with _plain_float32():
        for start in range(0, max(1, len(rows)), batch):  # once without rows too: how wide is an output?
            block = np.asarray(rows[start : start + batch])
            black = np.zeros((batch - len(block), *block.shape[1:]), np.uint8)
            outputs = [np.asarray(one)[: len(block)] for one in forward(np.concatenate([block, black]))]
            made = made or [np.empty((len(rows), *one.shape[1:]), np.float32) for one in outputs]
            for whole, part in zip(made, outputs, strict=True):
                whole[start : start + len(block)] = part
            progress(min(1.0, (start + batch) / max(1, len(rows))))
    return made


@contextmanager
def _plain_float32() -> Iterator[None]:
    """Let no GPU round to 19 bits (TensorFloat-32) in the block: features would differ from those of a CPU."""
    import tensorflow as tf

    was = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(was)
