"""Whether the numbers of a game are still worth keeping: finite, and not grown beyond all bounds."""

from collections.abc import Iterator

import keras
import numpy as np

from ganae_cli.engine.game import Game

LARGEST = 1e8  # absolute value of a weight: beyond it, float32 has steps of 8, and no network computes anything


def fault(game: Game) -> tuple[str, str] | None:
    """Return a variable of the weights, averages or optimizers that is not sound, and what is wrong; None if all are.

    Sound: all finite, and no trainable weight above LARGEST in absolute value.
    """
    for name, variable, is_weight in _variables(game):
        values = variable.numpy()
        if not np.isfinite(values).all():
            return name, "is not finite"
        if is_weight and values.size and np.abs(values).max() > LARGEST:
            return name, f"has exploded: its largest number is {np.abs(values).max():.1e}, above {LARGEST:.0e}"
    return None


def _variables(game: Game) -> Iterator[tuple[str, keras.Variable, bool]]:
    """Yield each variable of real numbers: its name for the user, itself, and whether it is a trainable weight."""
    for role in game.roles:
        network = game.network(role)
        trainable = {id(variable) for variable in network.trainable_variables}
        for variable in network.variables:
            yield f"networks.{role}: {variable.path}", variable, id(variable) in trainable
    yield from ((f"the average {value.name}", value, False) for value in game.averages.values)
    for player, optimizer in game.optimizers.items():
        for variable in optimizer.variables:
            if "float" in keras.backend.standardize_dtype(variable.dtype):
                yield f"optimizer.{player}: {variable.path}", variable, False
