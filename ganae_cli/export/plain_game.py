"""What a model does with its networks, `generate` and the like, with plain layers in the place of its networks.

The page of a model says how samples and codes are computed, such as `self.generator(z, training=False)`. Here the same
function runs once on a symbolic input, with an object in the place of the game whose networks are plain.
"""

import inspect
from collections.abc import Callable
from types import MethodType
from typing import Any

import keras
import numpy as np
from keras import ops

from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError, in_one_line
from ganae_cli.export.plain_layers import Plain, Tensor


class Constant:
    """A number or array of a game's state, as it is now, for sums and products with symbolic tensors."""

    def __init__(self, value: np.ndarray):
        self.value = value

    def __add__(self, x: Tensor) -> Tensor:
        return ops.add(self.value, x)

    def __mul__(self, x: Tensor) -> Tensor:
        return ops.multiply(self.value, x)

    __radd__, __rmul__ = __add__, __mul__

    def __array__(self, *given: Any, **options: Any) -> np.ndarray:
        return np.asarray(self.value, *given)


class PlainNetwork:
    """A network in the place of another: called with a symbolic input, it builds the same from plain layers.

    Everything else, such as `input_shape`, is the network's own.
    """

    def __init__(self, network: keras.Model, plain: Plain, note: Callable[[], None]):
        self._network, self._plain, self._note = network, plain, note

    def __call__(self, x: Tensor, training: bool = False) -> Tensor:
        self._note()
        return self._plain.network(self._network, x)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)


class PlainGame:
    """A game in the place of another, for its functions that use networks. used: roles of the networks, in order."""

    def __init__(self, game: Game, plain: Plain, used: list[str] | None = None):
        self._game, self._plain = game, plain
        self.used: list[str] = [] if used is None else used

    def __getattr__(self, name: str) -> Any:
        game = self._game
        if name in game.roles:
            return PlainNetwork(game.network(name), self._plain, lambda: self.used.append(name))
        declared = inspect.getattr_static(type(game), name, None)
        if inspect.isfunction(declared):
            return MethodType(declared, self)
        found = getattr(game, name)
        if isinstance(found, Game):
            return PlainGame(found, self._plain, self.used)
        return Constant(found.numpy()) if isinstance(found, keras.Variable) else found


def trace(game: Game, function: str, x: Tensor, plain: Plain) -> tuple[Tensor, list[str]]:
    """Return the output of a function of the game for a symbolic input, and the roles of the networks that it used.

    function: generate, decode or encode. Raises UserError for one that Keras cannot follow, as of a plugin.
    """
    stand_in = PlainGame(game, plain)
    try:
        return getattr(stand_in, function)(x), list(dict.fromkeys(stand_in.used))
    except UserError:
        raise
    except Exception as error:  # whatever a page does to a symbolic tensor
        raise UserError(
            f"`{function}` of model '{type(game).__name__}' cannot be exported as one: {in_one_line(error)} "
            f"(it must use networks and keras.ops alone); --network {' or '.join(game.roles)} exports one network"
        ) from error
