"""Contracts of every network: both directions, any image size, every weight learns, float32 results."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.testing.demand import demand
from ganae_cli.testing.games import Shape
from ganae_cli.testing.yaml_files import check_yaml

SHAPES: tuple[Shape, ...] = ((9, 13, 3), (28, 28, 1))


def check_network(name: str, plugins: Iterable[str] = (), config_folders: Sequence[str | Path] = (), **options) -> None:
    """Check a network by its name, with some options. Raises AssertionError, saying what does not hold."""
    from_config.import_parts(plugins)
    check_yaml("network", name, plugins, config_folders)
    for shape in SHAPES:
        check_directions(name, shape, **options)
    check_range(name, **options)
    check_second_derivative(name, **options)


def check_directions(name: str, shape: Shape, **options: Any) -> None:
    """`down` and `up` give float32 of the right shape, and every weight learns."""
    network = registry.build("network", name, **options)
    for direction, model, x, out in (
        ("down", network.down(shape, 3), normal(2, *shape), (2, 3)),
        ("up", network.up(3, shape), normal(2, 3), (2, *shape)),
    ):
        y = model(x, training=True)
        demand((tuple(y.shape), y.dtype) == (out, tf.float32), f"{name}.{direction} gives {y.dtype} {y.shape}")
        check_every_weight_learns(woken(model), x)


def check_every_weight_learns(model: keras.Model, x) -> None:
    """A loss on all outputs has a finite gradient, not zero, by every trainable weight."""
    with tf.GradientTape() as tape:
        y = model(x, training=True)
        loss = tf.reduce_sum(y * normal(*y.shape))
    gradients = tape.gradient(loss, model.trainable_variables)
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        demand(gradient is not None, f"the output does not depend on {variable.path}")
        demand(np.isfinite(gradient).all(), f"the gradient by {variable.path} is not finite")
        demand(np.abs(gradient).max() > 0, f"the gradient by {variable.path} is zero")


def check_range(name: str, **options: Any) -> None:
    """Images of `up` end in [-1, 1], the range of the data, and can reach its ends."""
    keras.utils.set_random_seed(0)
    largest = np.abs(registry.build("network", name, **options).up(3, (9, 13, 3))(50 * normal(4, 3)).numpy()).max()
    demand(0.9 < largest <= 1, f"{name}.up gives images up to {largest}, not within [-1, 1] and near its ends")


def check_second_derivative(name: str, **options: Any) -> None:
    """R1 differentiates twice: it has a gradient by every kernel."""
    model, x = woken(registry.build("network", name, **options).down((9, 13, 3), 1)), normal(3, 9, 13, 3)
    kernels = [v for v in model.trainable_variables if v.name == "kernel"]
    with tf.GradientTape() as tape:
        penalty = registry.build("penalty", "r1")(model, x, x, None)
    for kernel, gradient in zip(kernels, tape.gradient(penalty, kernels), strict=True):
        reached = gradient is not None and np.isfinite(gradient).all() and np.abs(gradient).max() > 0
        demand(reached, f"a gradient penalty does not reach {kernel.path}")


def normal(*shape: int) -> tf.Tensor:
    """Return standard normal numbers, always the same."""
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


def woken(model: keras.Model) -> keras.Model:
    """Return the network with no weight at zero, where some begin and hold up the gradients of others.

    R3GAN's last convolution of a block is one.
    """
    for variable in model.trainable_variables:
        if not variable.numpy().any():
            variable.assign(0.1 * normal(*variable.shape))
    return model
