"""Penalties as loss terms: those of one network, without their weights."""

import pytest
import tensorflow as tf

from ganae_cli.engine import Game, Parts
from ganae_cli.engine.penalize import WeightedPenalty
from ganae_cli.errors import UserError
from ganae_cli.penalties.base import Penalty
from tests.games import Number


class Sum(Penalty):
    """1000 network(real) + 100 network(fake), if it compares, + 10 for each row of noise."""

    def __init__(self, compares: bool = True, sees_fakes: bool = True):
        self.compares, self.sees_fakes = compares, sees_fakes

    def __call__(self, network, real, fake, noise):
        return 1000 * network(real) + (100 * network(fake) if self.compares else 0) + 10 * noise.count


class Times(Number):
    """x -> number times x."""

    def call(self, x):
        return float(self.value) * x


class Two(Game):
    """Two networks, `first`: x -> 2 x and `second`: x -> 3 x; penalties: (term, penalty, network) of each."""

    players, rounds = {"a": ("first", "second")}, (("a",),)

    def __init__(self, *penalties):
        super().__init__(Parts((1,), {}), z_dim=1)
        self.first, self.second = Times(2.0), Times(3.0)
        self.penalties = {term: WeightedPenalty("sum", penalty, 5.0, on) for term, penalty, on in penalties}


def values(terms):
    return {name: float(term) for name, term in terms.items()}


REAL, FAKE = tf.constant(1.0), tf.constant(4.0)


def test_terms_are_the_unweighted_penalties_on_one_network():
    """2 * 1 and 2 * 4; the weight 5 and the penalty on the other network are left out."""
    game = Two(("one", Sum(), "first"), ("other", Sum(), "second"))
    assert values(game.penalize("first", REAL, FAKE)) == {"one": 2000.0 + 800.0}
    assert values(game.penalize("second", REAL, FAKE)) == {"other": 3000.0 + 1200.0}


def test_several_kinds_of_fakes_have_the_mean_of_the_penalty_with_each():
    """2 * 1 with 2 * 4 and with 2 * 6: 2000 + (800 + 1200) / 2. A penalty on data alone is taken once."""
    game = Two(("both", Sum(), "first"), ("data", Sum(sees_fakes=False), "first"), ("own", Sum(False), "first"))
    found = values(game.penalize("first", REAL, (FAKE, tf.constant(6.0))))
    assert found == {"both": 3000.0, "data": 2800.0, "own": 2000.0}


def test_the_page_states_where_penalties_can_act_even_if_there_are_none():
    game = Two()
    assert game.penalized_networks == set()
    assert game.penalize("first", REAL, FAKE) == {}
    assert game.penalized_networks == {"first"}


@pytest.mark.parametrize(("compares", "expected"), [(True, 7000.0 + 2800.0), (False, 2000.0)])
def test_penalties_that_compare_take_the_whole_discriminator_and_others_the_network(compares, expected):
    game = Two(("one", Sum(compares), "first"))
    assert values(game.penalize("first", REAL, FAKE, lambda x: 7 * x)) == {"one": expected}


def test_penalties_take_the_noise_of_the_part_of_the_step_that_is_played(tiny):
    game = Two(("one", Sum(compares=False), "first"))
    game.noise = tiny.noise(label="round 0")
    assert values(game.penalize("first", REAL, None)) == {"one": 2000.0 + 10 * tiny.count}


def test_a_penalty_that_compares_is_refused_without_samples():
    game = Two(("one", Sum(), "first"))
    with pytest.raises(UserError, match=r"^loss.penalties.sum is for discriminators: 'first' sees no samples beside"):
        game.penalize("first", REAL, None)
    assert values(game.penalize("second", REAL, None)) == {}
