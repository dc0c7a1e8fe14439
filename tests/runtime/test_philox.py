"""Philox against the known answers that its authors publish with Random123."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.runtime.philox import philox4x32

PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0)  # hexadecimal digits of pi
ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (PI[:4], PI[4:], (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
]


@pytest.mark.parametrize(("counter", "key", "expected"), ANSWERS)
@pytest.mark.parametrize("jit", [False, True])
def test_known_answers(counter, key, expected, jit):
    words = tuple(tf.constant(word, tf.uint32) for word in counter)
    found = tf.function(lambda *words: philox4x32(words, key), jit_compile=jit)(*words)
    assert tuple(int(word) for word in found) == expected


def test_a_tensor_of_counters_gives_the_words_of_each():
    counters = np.arange(12, dtype=np.uint32).reshape(4, 3)  # four words of three counters
    together = philox4x32(tuple(tf.constant(row) for row in counters), (7, 9))
    assert all(word.shape == (3,) and word.dtype == tf.uint32 for word in together)
    for i in range(3):
        alone = philox4x32(tuple(tf.constant(row[i]) for row in counters), (7, 9))
        assert [int(word[i]) for word in together] == [int(word) for word in alone]
