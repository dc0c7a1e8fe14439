"""A run that is out of memory: what took it, and a setting that takes less."""

import tensorflow as tf
from omegaconf import DictConfig

from ganae_cli.engine.game import Game
from ganae_cli.runtime.xla_cache import OUT_OF_MEMORY

_FULL_DISK = "No space left on device"  # has the same class


def is_exhausted(error: BaseException) -> bool:
    """Return True for an error that says that main memory or that of a device is used up."""
    if isinstance(error, MemoryError):
        return True
    if not isinstance(error, tf.errors.OpError) or _FULL_DISK in str(error):
        return False
    return isinstance(error, tf.errors.ResourceExhaustedError) or any(words in str(error) for words in OUT_OF_MEMORY)


def advice(config: DictConfig, game: Game) -> str:
    """Return the line about a run that does not fit."""
    size = config.train.batch_size
    parameters = sum(game.network(role).count_params() for role in game.roles)
    smaller = f"train.batch_size={size // 2}" if size > 1 else "narrower networks"
    image = " or a smaller dataset.image_size" if len(game.shape) == 3 and "image_size" in config.dataset else ""
    return (
        f"out of memory: a step takes {size} examples of shape {'x'.join(map(str, game.shape))}, and the networks have "
        f"{parameters:,} parameters; try {smaller}{image}"
    )
