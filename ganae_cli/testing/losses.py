"""Contracts of every loss and penalty: finite where logits are huge, smallest where it should be, differentiable."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

import keras
import numpy as np
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.networks.mlp import MLP
from ganae_cli.penalties.base import Penalty
from ganae_cli.runtime.rng import Noise
from ganae_cli.testing.demand import demand
from ganae_cli.testing.yaml_files import check_yaml


def check_adversarial(name: str, plugins: Iterable[str] = ()) -> None:
    """Check an adversarial loss by its name. Raises AssertionError, saying what does not hold.

    The discriminator must be rewarded for a higher real and a lower fake logit, the generator for a higher fake one.
    """
    from_config.import_parts(plugins)
    loss = registry.build("adversarial", name)
    base = _discriminator(loss, real=0, fake=0)
    demand(_discriminator(loss, real=1, fake=0) < base, f"{name}: a higher real logit does not lower D's loss")
    demand(base < _discriminator(loss, real=0, fake=1), f"{name}: a higher fake logit does not raise D's loss")
    better, worse = _generator(loss, fake=1, real=0), _generator(loss, fake=0, real=0)
    demand(better < worse, f"{name}: a higher fake logit does not lower the generator's loss")
    for size in (1e4, -1e4):
        check_finite(name, size)


def check_finite(name: str, size: float) -> None:
    """Terms and gradients of an adversarial loss are finite float32 scalars at logits of a size."""
    loss, real, fake = registry.build("adversarial", name), _column(size, 0.0), _column(-size, size)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        of_discriminator, of_generator = loss.discriminator(real, fake), loss.generator(fake, real)
        totals = [sum(of_discriminator.values()), sum(of_generator.values())]
    demand(list(of_generator) == ["fool"], f"{name}: the generator's terms are {list(of_generator)}, not fool")
    for term_name, term in (of_discriminator | of_generator).items():
        demand((tuple(term.shape), term.dtype) == ((), tf.float32), f"{name}.{term_name} is {term.dtype} {term.shape}")
        demand(np.isfinite(term), f"{name}.{term_name} is not finite at logits of {size}")
    for gradient in (*tape.gradient(totals[0], [real, fake]), tape.gradient(totals[1], fake)):
        demand(np.isfinite(gradient).all(), f"{name}: a gradient is not finite at logits of {size}")


def check_reconstruction(name: str, plugins: Iterable[str] = ()) -> None:
    """Check a reconstruction loss by its name. Raises AssertionError, saying what does not hold.

    It must be smallest at the data, along a line through them, and finite where tanh has saturated.
    """
    from_config.import_parts(plugins)
    loss = registry.build("reconstruction", name)
    x = tf.constant(np.random.default_rng(0).uniform(-0.9, 0.9, (4, 3, 2, 1)), tf.float32)
    away = tf.constant(np.random.default_rng(1).uniform(-0.1, 0.1, x.shape), tf.float32)
    values = [float(loss(x, x + share * away)) for share in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    falls, rises = values[0] > values[1] > values[2], values[2] < values[3] < values[4]
    demand(falls and rises, f"{name} is not smallest at the data: {values}")
    ends = tf.sign(away)
    with tf.GradientTape() as tape:
        tape.watch(ends)
        worst = loss(-tf.sign(away), ends)
    demand((tuple(worst.shape), worst.dtype) == ((), tf.float32), f"{name} is {worst.dtype} {worst.shape}")
    demand(np.isfinite(worst), f"{name} is not finite at the ends of the range")
    demand(np.isfinite(tape.gradient(worst, ends)).all(), f"{name} has no finite gradient at the ends of the range")


def check_penalty(name: str, plugins: Iterable[str] = (), config_folders: Sequence[str | Path] = ()) -> None:
    """Check a penalty by its name. Raises AssertionError, saying what does not hold.

    It must have a gradient by the weights of a network, finite also where the network's own gradient is 0, and be a
    mean over samples unless it says `of_batch`.
    """
    from_config.import_parts(plugins)
    check_yaml("penalty", name, plugins, config_folders)
    compares = cast(type[Penalty], registry.find("penalty", name)).compares
    network = MLP(width=8, depth=1, activation="tanh").down((2,), 1 if compares else 3)
    real, fake = (tf.constant(np.random.default_rng(seed).normal(size=(6, 2)), tf.float32) for seed in (0, 1))
    for is_flat in (False, True):
        if is_flat:
            network.layers[-1].kernel.assign(0 * network.layers[-1].kernel)
        with tf.GradientTape() as tape:
            value = registry.build("penalty", name)(network, real, fake, Noise(0, 0, 6))
        kernels = [v for v in network.trainable_variables if v.path.endswith("kernel")]
        gradients = tape.gradient(value, kernels)
        demand(value.shape == (), f"{name} is of shape {value.shape}")
        demand(float(value) >= 0 or not compares, f"{name} is {float(value)}")
        demand(all(np.isfinite(g).all() for g in gradients), f"{name}: a gradient is not finite")
        demand(is_flat or all(np.abs(g).max() > 0 for g in gradients), f"{name}: a kernel gets no gradient")
        if not is_flat:
            _check_parts(name, network, real, fake)


def _check_parts(name: str, network: keras.Model, real: tf.Tensor, fake: tf.Tensor) -> None:
    """Unless it says so, a penalty is the mean of its values of two parts of the batch, as two devices compute it."""
    penalty, rows = registry.build("penalty", name), len(real) // 2
    whole = float(penalty(network, real, fake, Noise(0, 0, 2 * rows)))
    halves = [slice(0, rows), slice(rows, 2 * rows)]
    parts = [float(penalty(network, real[h], fake[h], Noise(0, 0, rows, i))) for i, h in enumerate(halves)]
    is_mean = abs(sum(parts) / 2 - whole) <= 1e-4 * abs(whole)
    demand(is_mean or penalty.of_batch, f"{name} is no mean over samples: say of_batch = True ({whole}, {parts})")
    demand(not is_mean or not penalty.of_batch, f"{name} is a mean over samples, but says of_batch")


def _column(*logits: float) -> tf.Tensor:
    return tf.constant([[value] for value in logits], tf.float32)


def _discriminator(loss, real: float, fake: float) -> float:
    return float(sum(loss.discriminator(_column(real), _column(fake)).values()))


def _generator(loss, fake: float, real: float) -> float:
    return float(sum(loss.generator(_column(fake), _column(real)).values()))
