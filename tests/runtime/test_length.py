"""The length of a training is no constant of a compiled program."""

import pytest
import tensorflow as tf

from ganae_cli.runtime.length import Length


@pytest.mark.parametrize("jit", [False, True])
def test_a_program_that_is_compiled_takes_another_length(jit):
    length, traces = Length(4), []

    @tf.function(jit_compile=jit)
    def share(step):
        traces.append(step)
        return length.share(step)

    assert float(share(tf.constant(1))) == 0.25
    length.set(10)
    assert (length.steps, float(share(tf.constant(5))), len(traces)) == (10, 0.5, 1)
