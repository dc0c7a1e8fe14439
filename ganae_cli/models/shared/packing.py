"""Several samples as one input of a discriminator: Lin et al. 2018 (PacGAN), arXiv:1712.04086.

A discriminator that sees m samples at once sees how much they vary, so it detects a generator that repeats itself.
"""

import tensorflow as tf

from ganae_cli.errors import UserError


def packed_shape(shape: tuple[int, ...], m: int) -> tuple[int, ...]:
    """Return the shape of m images or points joined along the last axis.

    >>> packed_shape((28, 28, 1), 3), packed_shape((2,), 3)
    ((28, 28, 3), (6,))
    """
    return (*shape[:-1], m * shape[-1])


def packed(x: tf.Tensor, m: int) -> tf.Tensor:
    """Join each m successive rows along the last axis: (batch, …, C) -> (batch // m, …, m * C).

    Rows that fill no whole pack are dropped. Raises UserError for a batch of fewer than m rows.

    >>> packed(tf.constant([[1], [2], [3], [4], [5]]), 2).numpy().tolist()
    [[1, 2], [3, 4]]
    """
    if m == 1:
        return x
    count = x.shape[0] // m
    if not count:
        raise UserError(f"packing {m} samples needs a batch of {m} or more a device, got {x.shape[0]}")
    return tf.concat([x[i : count * m : m] for i in range(m)], axis=-1)
