"""What every augmentation promises is tested in tests/contracts; here, what `none` is, and what XLA makes of others."""

import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.runtime.rng import Noise


def test_none_is_no_augmentation(parts):
    assert registry.build("augmentation", "none") is None


@pytest.mark.parametrize("name", ["diffaugment", "ada"])
def test_random_bits_are_computed_for_each_image_and_not_for_each_pixel(parts, name):
    """No piece of the compiled program that computes pixels has an exclusive or, of which Philox is made."""
    augmentation = registry.build("augmentation", name)

    @tf.function(jit_compile=True, autograph=False)
    def changed(images, step):
        return augmentation(images, Noise(1, step, 8, of_rows=True))

    arguments = tf.ones((8, 16, 16, 3)), tf.constant(3, tf.int64)
    pieces = changed.experimental_get_compiler_ir(*arguments)(stage="optimized_hlo").split("\n\n")
    of_pixels = [piece for piece in pieces if "[8,16,16]" in piece or "[8,16,16,3]" in piece]
    assert len(of_pixels) < len(pieces)
    assert not any(" xor(" in piece for piece in of_pixels)
