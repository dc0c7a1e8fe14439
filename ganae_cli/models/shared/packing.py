"""Several samples judged as one: Lin et al. 2018 (PacGAN), arXiv:1712.04086.

A discriminator that sees m samples at once sees how much they vary, so a generator that repeats itself is found out.
"""

import tensorflow as tf

from ganae_cli.errors import UserError


def packed_shape(shape: tuple[int, ...], m: int) -> tuple[int, ...]:
    """(height, width, channels) -> (height, width, m * channels); points (D,) -> (m * D,)."""
    return (*shape[:-1], m * shape[-1])


def packed(x, m: int):
    """(batch, …, C) -> (batch // m, …, m * C): rows i * m … i * m + m - 1, joined; what fills no pack goes."""
    if m == 1:
        return x
    count = x.shape[0] // m
    if not count:
        raise UserError(f"packing {m} samples needs a batch of {m} or more a device, got {x.shape[0]}")
    return tf.concat([x[i : count * m : m] for i in range(m)], axis=-1)
