"""Contract of every model with a condition: it trains, and draws what it is asked for, or refuses in one line."""

from itertools import pairwise

import numpy as np

from ganae_cli.engine import Game
from ganae_cli.errors import UserError
from ganae_cli.testing.demand import demand
from ganae_cli.testing.games import CLASSES, Shape, TinyModel, play_step
from ganae_cli.testing.models import unmoved


def check_condition(model: TinyModel, condition: str, shape: Shape = (2,)) -> bool:
    """Check a model under `model.condition`. Return True if it takes labels, False if it refuses them.

    Raises AssertionError, saying what does not hold: terms are finite, every variable of every player moves, those that
    know the label too, and the same codes give other data of another class.
    """
    try:
        game = model.ready(shape, **{"model.condition": condition})
    except UserError as error:
        said = str(error)
        demand(f"model.condition={condition}: " in said, f"the refusal does not name the condition: {said}")
        demand("; set model.condition=" in said and "\n" not in said, f"the refusal does not say what to type: {said}")
        return False
    own = [v for player in game.players for v in game.variables_of(player)]
    before = [v.numpy() for v in own]
    logs = play_step(game, shape)
    if unmoved(game, own, before):
        logs = play_step(game, shape)  # a block that begins as the identity learns inside from the second step on
    bad = [name for name, value in logs.items() if not np.isfinite(value)]
    demand(not bad, f"not finite on {shape}: {', '.join(bad)}")
    demand(list(logs) == game.terms, f"terms {list(logs)} are not those of the rehearsal")
    still = unmoved(game, own, before)
    demand(not still, f"no gradient of any player reaches {', '.join(still)}")
    check_labels_matter(game)
    return True


def check_labels_matter(game: Game) -> None:
    """The same codes give other data for each class, and nothing without labels."""
    z = np.random.default_rng(0).normal(size=(4, game.z_dim)).astype(np.float32)
    made = []
    for label in range(len(CLASSES)):
        with game.condition.given(np.full(4, label)):
            made.append(np.asarray(game.generate(z)))
    for one, other in pairwise(made):
        demand((one != other).any(axis=tuple(range(1, one.ndim))).all(), "a label does not change what is generated")
    try:
        game.generate(z)
    except UserError:
        return
    demand(False, "a conditional model generates without labels")
