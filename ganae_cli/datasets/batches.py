"""The stream of training batches, whose order is a pure function of the seed and the epoch.

No state of the stream needs saving: step s of a run has the same rows whether the run began at step 0 or resumed at s.
"""

import re
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import IN_MEMORY, Array
from ganae_cli.datasets.splits import fitting_batch
from ganae_cli.errors import UserError


def batches(
    data: Data,
    batch_size: int,
    seed: int = 0,
    first_step: int = 0,
    steps: int | None = None,
    rank: int = 0,
    ranks: int = 1,
    replicas: int = 1,
    per_step: int = 1,
    labels: bool = False,
) -> tf.data.Dataset:
    """Return the float32 batches of the steps first_step … steps - 1 (without end if steps is None).

    Images are mapped to [-1, 1] by x / 127.5 - 1; points keep their units. Epoch e goes through the training rows in
    the order of a permutation drawn from SeedSequence([seed, e]); rows that do not fill a batch are left out until the
    next epoch. With N rows, step s belongs to epoch s // (N // batch_size). A step of several batches (per_step) has
    all their rows in one element. With `data.flips`, each image is mirrored in half of the epochs, as a number drawn
    from SeedSequence([seed, e, 1]) for its row says. labels: elements are pairs
    of rows and their labels, int32 (batch,).

    batch_size is that of all replicas together. A batch is cut into ranks * replicas equal parts, of which worker
    `rank` gets `replicas` successive ones: `replicas` elements per step, of batch_size / (ranks * replicas) rows each.
    Raises UserError for a batch size that cannot be met.
    """
    parts = ranks * replicas
    _check(data, batch_size, parts, per_step)
    batch_size *= per_step
    count = len(data.train)  # all that `order` may know of the data: see `_taken_by_numpy`
    per_epoch, flips = count // batch_size, data.flips
    own_parts = slice(rank * replicas, (rank + 1) * replicas)

    def order(epoch: np.ndarray) -> np.ndarray:
        used = _permutation(seed, int(epoch), count)[: per_epoch * batch_size]
        return used.reshape(per_epoch, parts, -1)[:, own_parts].reshape(per_epoch * replicas, -1)

    def mirrored(epoch: np.ndarray) -> np.ndarray:
        return _mirrored(seed, int(epoch), count)[order(epoch)]

    def elements_of_epoch(epoch: tf.Tensor) -> tf.data.Dataset:
        shape = (per_epoch * replicas, batch_size // parts)
        drawn = [tf.ensure_shape(tf.numpy_function(order, [epoch], tf.int64, stateful=False), shape)]
        if flips:
            drawn.append(tf.ensure_shape(tf.numpy_function(mirrored, [epoch], tf.bool, stateful=False), shape))
        return tf.data.Dataset.from_tensor_slices(tuple(drawn))

    first_epoch, done = divmod(first_step, per_epoch)
    epochs = tf.data.Dataset.range(first_epoch, np.iinfo(np.int64).max)
    elements = epochs.flat_map(elements_of_epoch).skip(done * replicas)
    if steps is not None:
        elements = elements.take(max(0, steps - first_step) * replicas)
    fill = _float_rows(data, labels)
    filled = elements.map(_turned(fill) if flips else fill)
    filled.held = data.train  # as long as the stream is there
    return filled.prefetch(2 * replicas)


def _float_rows(data: Data, labels: bool) -> Callable[[tf.Tensor], Any]:
    """Return the function from numbers of training rows to the rows as float32, and to their labels if wanted."""
    take = _taken_by_tensorflow(data.train) if data.train.nbytes <= IN_MEMORY else _taken_by_numpy(data.train)
    known = data.train_labels.astype(np.int32) if labels and data.train_labels is not None else None
    label_of = None if known is None else _taken_by_tensorflow(known)

    def gather(rows: tf.Tensor) -> Any:
        chosen = take(rows)
        x = tf.cast(chosen, tf.float32) / 127.5 - 1.0 if data.kind == "images" else chosen
        return (x, label_of(rows)) if label_of else x

    return gather


def _turned(fill: Callable[[tf.Tensor], Any]) -> Callable[[tf.Tensor, tf.Tensor], Any]:
    """Return `fill` with images (the first of several outputs) that are mirrored where a mask (batch,) says so."""

    def turn(rows: tf.Tensor, mirrored: tf.Tensor) -> Any:
        filled = fill(rows)
        x, *others = filled if isinstance(filled, tuple) else (filled,)
        x = tf.where(mirrored[:, None, None, None], x[:, :, ::-1], x)
        return (x, *others) if others else x

    return turn


def _taken_by_tensorflow(train: Array) -> Callable[[tf.Tensor], tf.Tensor]:
    """Take rows of a tensor, which is a copy of all of them: the faster way."""
    with tf.device("/CPU:0"):  # the whole dataset stays in main memory
        tensor = tf.constant(np.asarray(train))
    return lambda rows: tf.gather(tensor, rows)


def _taken_by_numpy(train: Array) -> Callable[[tf.Tensor], tf.Tensor]:
    """Take rows from where they are: the way that needs no memory.

    Only the stream itself holds them: TensorFlow never lets go of a function of NumPy, nor of what that holds.
    """
    held, dtype, shape = weakref.ref(train), train.dtype, train.shape[1:]

    def read(numbers: np.ndarray) -> np.ndarray:
        rows = held()
        if rows is None:
            raise RuntimeError("the stream of batches is gone")
        return rows[numbers]

    def take(rows: tf.Tensor) -> tf.Tensor:
        return tf.ensure_shape(tf.numpy_function(read, [rows], dtype, stateful=False), (*rows.shape, *shape))

    return take


def _permutation(seed: int, epoch: int, count: int) -> np.ndarray:
    return np.random.default_rng(np.random.SeedSequence([seed, epoch])).permutation(count)


def _mirrored(seed: int, epoch: int, count: int) -> np.ndarray:
    """Return for each training row if it is mirrored in an epoch."""
    return np.random.default_rng(np.random.SeedSequence([seed, epoch, 1])).random(count) < 0.5


def refusal(error: BaseException) -> str | None:
    """Return the line of a UserError that rows raised when they were read for a batch; None for any other error.

    TensorFlow hands it on as an error of its own, with the traceback as text.
    """
    found = re.search(r"\bUserError: (.+)", str(error)) if isinstance(error, tf.errors.OpError) else None
    return found[1].strip() if found else None


def _check(data: Data, batch_size: int, parts: int, per_step: int) -> None:
    if batch_size < 1:
        raise UserError(f"train.batch_size must be 1 or more, got {batch_size}")
    if batch_size * per_step > len(data.train):
        times = f" and a step takes {per_step} batches" if per_step > 1 else ""
        near = fitting_batch(len(data.train) // per_step, parts)
        raise UserError(
            f"train.batch_size is {batch_size}{times}, but dataset '{data.name}' has only {len(data.train)} training "
            f"{data.kind}{f'; type train.batch_size={near}' if near else ''}"
        )
    if batch_size % parts:
        near = max(1, batch_size // parts) * parts
        raise UserError(f"train.batch_size is {batch_size}, which {parts} replicas cannot share equally (try {near})")
