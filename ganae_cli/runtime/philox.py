"""Philox4x32-10: random bits as a pure function of a counter and a key.

Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3", doi:10.1145/2063384.2063405. It is written with
TensorFlow's integer operations, because TensorFlow's random operations either give other numbers under XLA than
without it, or become slow code under XLA.
"""

import tensorflow as tf

ROUNDS = 10
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
KEY_STEPS = 0x9E3779B9, 0xBB67AE85  # fractional parts of the golden ratio and of sqrt(3), times 2^32
MASK = 0xFFFFFFFF

Words = tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]  # uint32, all of one shape


def philox4x32(counter: Words, key: tuple[int, int]) -> Words:
    """Return four tensors of random words for a counter of four words, which may be tensors of any one shape.

    Known answer of the authors' Random123, for a counter and a key of zeros:

    >>> zero = tf.constant(0, tf.uint32)
    >>> [f"{int(word):08x}" for word in philox4x32((zero, zero, zero, zero), (0, 0))]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    a, b, c, d = counter
    left, right = key
    for _ in range(ROUNDS):
        (high_a, low_a), (high_c, low_c) = _multiply(a, MULTIPLIERS[0]), _multiply(c, MULTIPLIERS[1])
        a, b, c, d = high_c ^ b ^ _word(left), low_c, high_a ^ d ^ _word(right), low_a
        left, right = left + KEY_STEPS[0], right + KEY_STEPS[1]
    return a, b, c, d


def _multiply(words: tf.Tensor, factor: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the upper and the lower 32 bits of the 64-bit products."""
    product = tf.cast(words, tf.uint64) * tf.constant(factor, tf.uint64)
    upper = tf.bitwise.right_shift(product, tf.constant(32, tf.uint64))
    return tf.cast(upper, tf.uint32), tf.cast(product, tf.uint32)


def _word(number: int) -> tf.Tensor:
    return tf.constant(number & MASK, tf.uint32)
