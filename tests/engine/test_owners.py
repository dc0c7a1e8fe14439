"""Players that share optimizers: whose optimizer moves which network, and how often; refused declarations."""

import keras
import pytest
import tensorflow as tf

from ganae_cli.engine import Game, Parts
from ganae_cli.engine.owners import moved_with
from tests.games import Number

PLAYERS = {"d": ("encoder", "discriminator"), "g": ("mapper", "generator"), "a": ("mapper", "encoder", "generator")}


def test_a_player_that_shares_moves_each_network_with_the_optimizer_of_its_owner():
    found = moved_with(PLAYERS, ["a"])
    assert found == {
        "d": {"d": ("encoder", "discriminator")},
        "g": {"g": ("mapper", "generator")},
        "a": {"g": ("mapper", "generator"), "d": ("encoder",)},
    }


def test_without_sharing_each_player_has_its_own_optimizer_even_for_networks_of_others():
    assert moved_with(PLAYERS, []) == {player: {player: roles} for player, roles in PLAYERS.items()}


def test_a_network_without_an_owner_and_an_unknown_player_are_refused():
    with pytest.raises(TypeError, match="a shares optimizers, but no other player owns mapper"):
        moved_with({"d": PLAYERS["d"], "a": PLAYERS["a"]}, ["a"])
    with pytest.raises(TypeError, match=r"shares_optimizers names b \(players: d, g, a\)"):
        moved_with(PLAYERS, ["b"])


class Sharing(Game):
    """Numbers v = 2 and w = 3; a moves v by the loss 4 v, b moves w by 6 w, both moves v and w by v w."""

    players = {"a": ("first",), "b": ("second",), "both": ("second", "first")}
    shares_optimizers = ("both",)
    rounds = (("a",), ("b",), ("both",))

    def __init__(self):
        super().__init__(Parts((1,), {}), z_dim=1)
        self.first, self.second = Number(2.0), Number(3.0)

    def a_loss(self, outputs):
        return {"term": 4.0 * self.first.value}

    def b_loss(self, outputs):
        return {"term": 6.0 * self.second.value}

    def both_loss(self, outputs):
        return {"term": self.first.value * self.second.value}


def played(**optimizers):
    game, x = Sharing(), tf.zeros((4, 1))
    game.rehearse(x)
    game.compile(optimizers)
    game.train_step(x)
    return game, (float(game.first.value), float(game.second.value))


def momentum(rate=1.0):
    return keras.optimizers.SGD(rate, momentum=0.5)


def test_a_shared_optimizer_has_one_memory_for_all_who_use_it():
    """v: 2 - 4 = -2, w: 3 - 6 = -3; then dv = w = -3 and dw = v = -2, with half of the last move: v = -2 + 3 - 2."""
    game, ends = played(a=momentum(), b=momentum())
    assert ends == (-1.0, -4.0)
    assert list(game.optimizers) == ["a", "b"]
    assert [int(optimizer.iterations) for optimizer in game.optimizers.values()] == [2, 2]
    assert [game.moves_per_step(owner) for owner in game.optimizer_owners] == [2, 2]


def test_a_shared_optimizer_has_one_rate():
    """w stays where b's rate is 0, also in the move of both: v = -2 - 3 - 2."""
    assert played(a=momentum(), b=momentum(0.0))[1] == (-7.0, 3.0)


def test_optimizers_with_scales_of_their_own_unscale_a_shared_loss():
    """The loss is scaled for the first owner, b, and its part of the gradient for a once more: 8 / 2."""
    scaled = {
        "a": keras.optimizers.LossScaleOptimizer(momentum(), initial_scale=8.0),
        "b": keras.optimizers.LossScaleOptimizer(momentum(), initial_scale=2.0),
    }
    assert played(**scaled)[1] == (-1.0, -4.0)
