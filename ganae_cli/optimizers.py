"""One optimizer per player, from config `optimizer`, whose section of a player's name overrides the shared options."""

import math
from contextlib import contextmanager

import keras

from ganae_cli import registry
from ganae_cli.errors import UserError
from ganae_cli.registry import register


@register("optimizer", "adam")
def adam(rate, beta_1=0.5, beta_2=0.999, epsilon=1e-7, weight_decay=None, clipnorm=None, global_clipnorm=None):
    """Kingma and Ba 2015, arXiv:1412.6980; β1 = 0.5 as in DCGAN (arXiv:1511.06434). Weight decay is decoupled."""
    shared = _shared(weight_decay, clipnorm, global_clipnorm)
    return keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon, **shared)


@register("optimizer", "rmsprop")
def rmsprop(rate, rho=0.9, momentum=0.0, epsilon=1e-7, weight_decay=None, clipnorm=None, global_clipnorm=None):
    """Tieleman and Hinton 2012: the gradient over a running root mean square."""
    shared = _shared(weight_decay, clipnorm, global_clipnorm)
    return keras.optimizers.RMSprop(rate, rho=rho, momentum=momentum, epsilon=epsilon, **shared)


@register("optimizer", "sgd")
def sgd(rate, momentum=0.0, nesterov=False, weight_decay=None, clipnorm=None, global_clipnorm=None):
    """Stochastic gradient descent, with momentum if asked for."""
    shared = _shared(weight_decay, clipnorm, global_clipnorm)
    return keras.optimizers.SGD(rate, momentum=momentum, nesterov=nesterov, **shared)


def _shared(weight_decay, clipnorm, global_clipnorm) -> dict:
    if clipnorm and global_clipnorm:
        raise UserError("set optimizer.clipnorm (per variable) or optimizer.global_clipnorm, not both")
    return {"weight_decay": weight_decay, "clipnorm": clipnorm, "global_clipnorm": global_clipnorm}


@keras.saving.register_keras_serializable("ganae")
class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up over `warmup_steps`, then constant, or falling to 0 at `steps` along a line or half a cosine."""

    def __init__(self, peak: float, shape: str, warmup_steps: int, steps: int):
        self.peak, self.shape, self.warmup_steps, self.steps = peak, shape, warmup_steps, steps

    def __call__(self, step):
        step = keras.ops.cast(step, "float32")
        warm = keras.ops.minimum(1.0, (step + 1.0) / self.warmup_steps) if self.warmup_steps else 1.0
        left = max(1, self.steps - self.warmup_steps)
        done = keras.ops.clip((step - self.warmup_steps) / left, 0.0, 1.0)
        fall = {"constant": 1.0, "linear": 1.0 - done, "cosine": 0.5 * (1.0 + keras.ops.cos(math.pi * done))}
        return self.peak * warm * fall[self.shape]

    def get_config(self):
        return {key: getattr(self, key) for key in ("peak", "shape", "warmup_steps", "steps")}


# Said in every optimizer's YAML and consumed here: what becomes the learning rate of a player.
RATE_OPTIONS = ("learning_rate", "discriminator_learning_rate", "schedule", "warmup_steps")


def for_players(moves: dict[str, int], config: dict, steps: int) -> dict[str, keras.optimizers.Optimizer]:
    """player -> optimizer. `discriminator_learning_rate` is for players whose name ends in `discriminator`.

    moves: player -> how often it moves in a step of training, as a critic of several steps: an optimizer counts moves.
    """
    shared = {key: value for key, value in config.items() if not isinstance(value, dict)}
    for section in set(config) - set(shared) - set(moves):
        raise UserError(f"optimizer.{section}: no such player (players: {', '.join(moves)})")
    return {
        player: _for_player(player, shared, dict(config.get(player) or {}), steps, moves[player]) for player in moves
    }


def _for_player(player: str, shared: dict, own: dict, steps: int, moves: int) -> keras.optimizers.Optimizer:
    options = shared | own
    rate, judge_rate, schedule, warmup = (options.pop(key) for key in RATE_OPTIONS)
    if player.endswith("discriminator") and judge_rate is not None and "learning_rate" not in own:
        rate = judge_rate
    if schedule != "constant" or warmup:
        rate = Schedule(rate, schedule, moves * warmup, moves * steps)
    # YAML's 1 is a whole number, which keras refuses where it wants 1.0.
    options = {key: float(value) if type(value) is int else value for key, value in options.items()}
    rate = float(rate) if type(rate) is int else rate
    optimizer = registry.build("optimizer", options.pop("name"), rate=rate, **options)
    if keras.mixed_precision.dtype_policy().compute_dtype == "float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer


@contextmanager
def rates_as_configured(optimizers):
    """Keeps constant learning rates as they are while weights are loaded: a file has those that it was saved with."""
    inner = [getattr(optimizer, "inner_optimizer", optimizer) for optimizer in optimizers]
    constant = [
        one for one in inner if not isinstance(one._learning_rate, keras.optimizers.schedules.LearningRateSchedule)
    ]
    rates = [float(optimizer.learning_rate) for optimizer in constant]
    yield
    for optimizer, rate in zip(constant, rates, strict=True):
        optimizer.learning_rate = rate
