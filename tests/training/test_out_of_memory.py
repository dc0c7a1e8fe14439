"""Errors that say that memory is used up, and what is advised."""

import numpy as np
import pytest
import tensorflow as tf
from omegaconf import OmegaConf

from ganae_cli.training import out_of_memory


def test_real_errors_of_too_much_memory():
    with pytest.raises(MemoryError) as of_numpy:
        np.ones((2**28, 2**28), np.uint8)
    with pytest.raises(tf.errors.ResourceExhaustedError) as of_tensorflow:
        tf.ones((2**30, 2**20))
    assert out_of_memory.is_exhausted(of_numpy.value)
    assert out_of_memory.is_exhausted(of_tensorflow.value)


def test_other_errors_are_not_of_memory():
    with pytest.raises(tf.errors.InvalidArgumentError) as other:
        tf.reshape(tf.zeros(3), (2, 2))
    assert not out_of_memory.is_exhausted(other.value)
    full = tf.errors.ResourceExhaustedError(None, None, "events.out; No space left on device")
    assert not out_of_memory.is_exhausted(full)
    assert not out_of_memory.is_exhausted(ValueError("RESOURCE_EXHAUSTED"))
    assert out_of_memory.is_exhausted(tf.errors.InternalError(None, None, "RESOURCE_EXHAUSTED: Out of memory"))
    assert out_of_memory.is_exhausted(tf.errors.InternalError(None, None, "CUDA_ERROR_OUT_OF_MEMORY: out of memory"))


@pytest.mark.parametrize(("size", "expected"), [(64, "try train.batch_size=32"), (1, "try narrower networks")])
def test_the_advice(tiny, size, expected):
    config = OmegaConf.create({"train": {"batch_size": size}, "dataset": {"name": "ring"}})
    line = out_of_memory.advice(config, tiny.build("gan"))
    assert line.startswith(f"out of memory: a step takes {size} examples of shape 2, and the networks have ")
    assert line.endswith(expected)
