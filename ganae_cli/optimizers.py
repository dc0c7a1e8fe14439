"""Optimizers by name, and one optimizer per player, as config `optimizer` says.

The options of `optimizer` are shared by all players; a section with a player's name overrides them for that player. To
add an optimizer: a function here declared by `@register("optimizer", NAME)`, whose first parameter `rate` is a number
or a schedule, and `conf/optimizer/NAME.yaml` with its other options and those of RATE_OPTIONS.
"""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import keras

from ganae_cli import registry
from ganae_cli.errors import UserError
from ganae_cli.registry import register
from ganae_cli.runtime.length import Length

Rate: TypeAlias = float | keras.optimizers.schedules.LearningRateSchedule


@register("optimizer", "adam")
def adam(
    rate: Rate,
    beta_1: float | None = None,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    weight_decay: float | None = None,
    clipnorm: float | None = None,
    global_clipnorm: float | None = None,
) -> keras.Optimizer:
    """Return Adam, with decoupled weight decay.

    Kingma and Ba 2015, arXiv:1412.6980; β1 None: 0.5 as in DCGAN (arXiv:1511.06434).
    """
    shared = _shared(weight_decay, clipnorm, global_clipnorm)
    return keras.optimizers.Adam(
        rate, beta_1=0.5 if beta_1 is None else beta_1, beta_2=beta_2, epsilon=epsilon, **shared
    )


@register("optimizer", "rmsprop")
def rmsprop(
    rate: Rate,
    rho: float = 0.9,
    momentum: float = 0.0,
    epsilon: float = 1e-7,
    epsilon_under_root: bool = True,
    weight_decay: float | None = None,
    clipnorm: float | None = None,
    global_clipnorm: float | None = None,
) -> keras.Optimizer:
    """Return RMSprop: the gradient divided by its running root mean square. Tieleman and Hinton 2012.

    v <- rho v + (1 - rho) g^2, from v = 0; the step is rate g / sqrt(v + epsilon) with epsilon_under_root, as in Keras,
    else rate g / (sqrt(v) + epsilon), as in PyTorch.
    """
    shared = _shared(weight_decay, clipnorm, global_clipnorm)
    return RMSprop(rate, rho, momentum, epsilon, epsilon_under_root, **shared)


@keras.saving.register_keras_serializable("ganae")
class RMSprop(keras.optimizers.RMSprop):
    """Keras' RMSprop, with the choice where epsilon stands. Its name is part of the paths in weights files.

    Under the root 1e-7 is not small: it halves the step of a gradient of 1.8e-4, as those of WGAN's discriminator are.
    """

    def __init__(self, learning_rate, rho=0.9, momentum=0.0, epsilon=1e-7, epsilon_under_root=True, **shared):
        super().__init__(learning_rate, rho=rho, momentum=momentum, epsilon=epsilon, **shared)
        self.epsilon_under_root = epsilon_under_root

    def update_step(self, gradient, variable, learning_rate):
        if self.epsilon_under_root:
            super().update_step(gradient, variable, learning_rate)
            return
        rate, gradient = keras.ops.cast(learning_rate, variable.dtype), keras.ops.cast(gradient, variable.dtype)
        i = self._get_variable_index(variable)
        square = self._velocities[i]
        self.assign(square, self.rho * square + (1 - self.rho) * keras.ops.square(gradient))
        step = rate * gradient / (keras.ops.sqrt(square) + self.epsilon)
        if self.momentum > 0:
            self.assign(self._momentums[i], self.momentum * self._momentums[i] + step)
            step = self._momentums[i]
        self.assign_sub(variable, step)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"epsilon_under_root": self.epsilon_under_root}


@register("optimizer", "sgd")
def sgd(
    rate: Rate,
    momentum: float = 0.0,
    nesterov: bool = False,
    weight_decay: float | None = None,
    clipnorm: float | None = None,
    global_clipnorm: float | None = None,
) -> keras.Optimizer:
    """Return stochastic gradient descent, with momentum (Nesterov's or the usual one) if it is above 0."""
    shared = _shared(weight_decay, clipnorm, global_clipnorm)
    return keras.optimizers.SGD(rate, momentum=momentum, nesterov=nesterov, **shared)


def _shared(
    weight_decay: float | None, clipnorm: float | None, global_clipnorm: float | None
) -> dict[str, float | None]:
    if clipnorm and global_clipnorm:
        raise UserError("set optimizer.clipnorm (per variable) or optimizer.global_clipnorm, not both")
    return {"weight_decay": weight_decay, "clipnorm": clipnorm, "global_clipnorm": global_clipnorm}


@keras.saving.register_keras_serializable("ganae")
class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """Learning rate: linear warm-up over `warmup_steps` to `peak`, then as `shape` says.

    shape: "constant", or a fall to 0 at `steps` that is "linear" or half a "cosine". moves: per step of `steps`.

    >>> schedule = Schedule(peak=8.0, shape="linear", warmup_steps=4, steps=12)
    >>> [float(schedule(step)) for step in (0, 3, 8, 12)]  # 8 / 4, then the peak, then half of the way down
    [2.0, 8.0, 4.0, 0.0]
    """

    def __init__(self, peak: float, shape: str, warmup_steps: int, steps: int | Length, moves: int = 1):
        self.peak, self.shape, self.warmup_steps, self.steps, self.moves = peak, shape, warmup_steps, steps, moves

    def __call__(self, step):
        step = keras.ops.cast(step, "float32")
        warm = keras.ops.minimum(1.0, (step + 1.0) / self.warmup_steps) if self.warmup_steps else 1.0
        steps = self.moves * (self.steps.variable if isinstance(self.steps, Length) else self.steps)
        left = keras.ops.maximum(1.0, keras.ops.cast(steps - self.warmup_steps, "float32"))
        done = keras.ops.clip((step - self.warmup_steps) / left, 0.0, 1.0)
        fall = {"constant": 1.0, "linear": 1.0 - done, "cosine": 0.5 * (1.0 + keras.ops.cos(math.pi * done))}
        return self.peak * warm * fall[self.shape]

    def get_config(self) -> dict[str, Any]:
        steps = self.steps.steps if isinstance(self.steps, Length) else self.steps
        return {key: getattr(self, key) for key in ("peak", "shape", "warmup_steps", "moves")} | {"steps": steps}


# Options of every optimizer's YAML that become a player's `rate`; the functions above do not see them.
RATE_OPTIONS = ("learning_rate", "discriminator_learning_rate", "schedule", "warmup_steps")


def for_players(
    moves: dict[str, int], config: dict[str, Any], steps: int | Length, rate_factor: float = 1.0
) -> dict[str, keras.Optimizer]:
    """Return the optimizer of each player. Raises UserError for a section of a player that does not exist.

    moves: player -> number of its moves per training step (more than 1 with `critic_steps`): an optimizer counts moves,
    so its schedule has to be as much longer. config: config `optimizer`; its `discriminator_learning_rate` is for
    players whose name ends in `discriminator`. steps: of the whole training. rate_factor: of all learning rates.
    """
    shared = {key: value for key, value in config.items() if not isinstance(value, dict)}
    for section in set(config) - set(shared) - set(moves):
        raise UserError(f"optimizer.{section}: no such player (players: {', '.join(moves)})")
    return {
        player: _for_player(player, shared, dict(config.get(player) or {}), steps, moves[player], rate_factor)
        for player in moves
    }


def _for_player(
    player: str, shared: dict[str, Any], own: dict[str, Any], steps: int | Length, moves: int, rate_factor: float
) -> keras.Optimizer:
    options = shared | own
    rate, discriminator_rate, schedule, warmup = (options.pop(key) for key in RATE_OPTIONS)
    if player.endswith("discriminator") and discriminator_rate is not None and "learning_rate" not in own:
        rate = discriminator_rate
    rate = rate_factor * rate
    if schedule != "constant" or warmup:
        rate = Schedule(rate, schedule, moves * warmup, steps, moves)
    # A 1 in YAML is an int, which Keras refuses where it expects 1.0.
    options = {key: float(value) if type(value) is int else value for key, value in options.items()}
    rate = float(rate) if type(rate) is int else rate
    optimizer = registry.build("optimizer", options.pop("name"), rate=rate, **options)
    if keras.mixed_precision.dtype_policy().compute_dtype == "float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer


def take_sums(optimizer: keras.Optimizer) -> None:
    """Let an optimizer take gradients that are already summed over all replicas; left alone, it clips, then sums."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    inner._all_reduce_sum_gradients = list  # no public way leads there


@contextmanager
def rates_as_configured(optimizers: Iterable[keras.Optimizer]) -> Iterator[None]:
    """Keep constant learning rates as they are while the block loads weights, which would bring the saved rates."""
    inner = [getattr(optimizer, "inner_optimizer", optimizer) for optimizer in optimizers]
    constant = [
        optimizer
        for optimizer in inner
        if not isinstance(optimizer._learning_rate, keras.optimizers.schedules.LearningRateSchedule)
    ]
    rates = [float(optimizer.learning_rate.numpy()) for optimizer in constant]  # float() fails on several devices
    yield
    for optimizer, rate in zip(constant, rates, strict=True):
        optimizer.learning_rate = rate
