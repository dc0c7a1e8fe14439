"""Philox4x32-10: random bits as a pure function of a counter and a key.

Salmon et al. 2011, "Parallel Random Numbers: As Easy as 1, 2, 3", doi:10.1145/2063384.2063405. In TensorFlow's own
integer operations, because its random ones either differ between XLA and the rest or become slow code under XLA.
"""

import tensorflow as tf

ROUNDS = 10
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
KEY_STEPS = 0x9E3779B9, 0xBB67AE85  # the golden ratio and sqrt(3) - 1
MASK = 0xFFFFFFFF


def philox4x32(counter, key: tuple[int, int]):
    """Four tensors of random words, uint32, of the counter's shape. counter: four tensors of one shape, uint32."""
    a, b, c, d = counter
    left, right = key
    for _ in range(ROUNDS):
        (high_a, low_a), (high_c, low_c) = _product(a, MULTIPLIERS[0]), _product(c, MULTIPLIERS[1])
        a, b, c, d = high_c ^ b ^ _word(left), low_c, high_a ^ d ^ _word(right), low_a
        left, right = left + KEY_STEPS[0], right + KEY_STEPS[1]
    return a, b, c, d


def _product(words, factor: int):
    """The upper and the lower 32 bits of the 64-bit products."""
    product = tf.cast(words, tf.uint64) * tf.constant(factor, tf.uint64)
    upper = tf.bitwise.right_shift(product, tf.constant(32, tf.uint64))
    return tf.cast(upper, tf.uint32), tf.cast(product, tf.uint32)


def _word(number: int):
    return tf.constant(number & MASK, tf.uint32)
