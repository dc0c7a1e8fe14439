"""Contracts of every augmentation: shapes, images changed apart from each other, differentiable twice, compiled."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.augmentations.base import Adaptive, Augmentation
from ganae_cli.builders import from_config
from ganae_cli.runtime.rng import Noise
from ganae_cli.testing.demand import demand
from ganae_cli.testing.yaml_files import check_yaml

SHAPES = ((8, 8, 1), (9, 6, 2), (6, 9, 3), (1, 5, 4))  # grey, grey and alpha, colour, colour and alpha
ROWS = 6


def check_augmentation(name: str, plugins: Iterable[str] = (), config_folders: Sequence[str | Path] = ()) -> None:
    """Check an augmentation by its name, with its default options. Raises AssertionError, saying what does not hold.

    An adaptive one is checked with a probability of 1, and that it changes nothing with 0.
    """
    from_config.import_parts(plugins)
    check_yaml("augmentation", name, plugins, config_folders)
    augmentation = registry.build("augmentation", name)
    demand(isinstance(augmentation, Augmentation), f"augmentation '{name}' is no Augmentation of augmentations/base.py")
    if isinstance(augmentation, Adaptive):
        _check_adaptive(name, augmentation)
    for shape in SHAPES:
        x = tf.constant(np.random.default_rng(0).uniform(-1, 1, (ROWS, *shape)), tf.float32)
        y = augmentation(x, Noise(0, 3, ROWS))
        demand((y.shape, y.dtype) == (x.shape, x.dtype), f"{name} makes {y.dtype} {y.shape} of {x.dtype} {x.shape}")
        demand(np.isfinite(y).all(), f"{name} is not finite for {shape}")
        demand(_differ(y, x), f"{name} changes nothing in images of {shape}")
        demand(_differ(y, augmentation(x, Noise(0, 4, ROWS))), f"{name} changes images alike in every step")
        _check_rows(name, augmentation, x, y.numpy())
        _check_gradients(name, augmentation, x)
    compiled = tf.function(lambda x: augmentation(x, Noise(0, 3, ROWS)), jit_compile=True, autograph=False)
    demand(np.allclose(compiled(x), y, atol=1e-4), f"{name}, compiled, makes other images")


def _check_adaptive(name: str, augmentation: Adaptive) -> None:
    """At p = 0 nothing changes, bit for bit; p stays within [0, 1]."""
    for shape in SHAPES:
        x = tf.constant(np.random.default_rng(0).uniform(-1, 1, (ROWS, *shape)), tf.float32)
        augmentation.p = 0.0
        demand(np.array_equal(augmentation(x, Noise(0, 3, ROWS)), x), f"{name} with p = 0 changes images of {shape}")
    for p, overfitting in ((0.0, -1.0), (1.0, 1.0)):
        moved = float(augmentation.moved(tf.constant(p), tf.constant(overfitting), 10**9))
        demand(0 <= moved <= 1, f"{name} moves p from {p} to {moved}, which is no probability")
    augmentation.p = 1.0


def _check_rows(name: str, augmentation: Augmentation, x: tf.Tensor, y: np.ndarray) -> None:
    """What becomes of an image depends on it and its row alone, so two devices make of a batch what one does."""
    half = ROWS // 2
    parts = [augmentation(x[i * half : (i + 1) * half], Noise(0, 3, half, replica=i)) for i in (0, 1)]
    demand(np.allclose(np.concatenate(parts), y, atol=1e-5), f"{name}: two halves of a batch are changed otherwise")


def _check_gradients(name: str, augmentation: Augmentation, x: tf.Tensor) -> None:
    """The generator learns through it, and a penalty on the gradient does."""
    scale = tf.Variable(0.5)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(tf.square(scale * augmentation(x, Noise(0, 3, ROWS))))
        gradient = tape.gradient(y, x)
        demand(gradient is not None and np.isfinite(gradient).all(), f"{name} has no finite gradient by the images")
        demand(np.abs(gradient).max() > 0, f"{name}: no gradient reaches the images")
        penalty = tf.reduce_sum(tf.square(gradient))
    again = outer.gradient(penalty, scale)
    demand(again is not None and np.isfinite(again) and again != 0, f"{name} cannot be differentiated twice")


def _differ(one: tf.Tensor, other: tf.Tensor) -> bool:
    return bool(np.abs(one - other).max() > 1e-3)
