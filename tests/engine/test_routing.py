"""Who learns what from whom: every player's step against gradients written out here, apart from the package."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import step


def gan_discriminator(t, g, x, z):
    return t.yes(g.discriminator(x)) + t.no(g.discriminator(g.generator(z)))


def gan_generator(t, g, x, z):
    return t.yes(g.discriminator(g.generator(z)))


def autoencoder(t, g, x, z):
    return tf.reduce_mean(tf.abs(x - g.decoder(g.encoder(x))))


def aegan_discriminator(t, g, x, z):
    judge = g.discriminator
    return t.yes(judge(x)) + (t.no(judge(g.generator(z))) + t.no(judge(g.generator(g.encoder(x))))) / 2


def aegan_code_discriminator(t, g, x, z):
    judge = g.code_discriminator
    return t.yes(judge(z)) + (t.no(judge(g.encoder(x))) + t.no(judge(g.encoder(g.generator(z))))) / 2


def aegan_autoencoder(t, g, x, z):
    x_hat, z_hat = g.generator(z), g.encoder(x)
    x_tilde, z_tilde = g.generator(z_hat), g.encoder(x_hat)
    rebuilt = 10 * tf.reduce_mean(tf.abs(x - x_tilde)) + 5 * tf.reduce_mean((z - z_tilde) ** 2)
    judge, code_judge = g.discriminator, g.code_discriminator
    fooled = 2 * t.yes(judge(x_hat)) + 3 * t.yes(judge(x_tilde))
    return rebuilt + fooled + 4 * t.yes(code_judge(z_hat)) + t.yes(code_judge(z_tilde)) / 2


PAPERS = {  # player -> its loss, of the weights in `tiny`, as a function of the game, the data and the prior's codes
    ("gan", "discriminator"): gan_discriminator,
    ("gan", "generator"): gan_generator,
    ("autoencoder", "autoencoder"): autoencoder,
    ("aegan", "discriminator"): aegan_discriminator,
    ("aegan", "code_discriminator"): aegan_code_discriminator,
    ("aegan", "autoencoder"): aegan_autoencoder,
}


@pytest.mark.parametrize(("name", "player"), PAPERS)
def test_a_player_moves_along_its_own_gradient_and_nobody_else_moves(tiny, name, player):
    """At rate 1 a step of gradient descent is the gradient; the others' rate is 0."""
    game = tiny.ready(tiny.build(name, weights=tiny.weights[name]), {player: 1.0})
    own = game.variables_of(player)
    others = [v for network in tiny.networks_of(game) for v in network.variables if all(v is not mine for mine in own)]
    expected, loss = tiny.gradient(lambda: PAPERS[name, player](tiny, game, tiny.data(), tiny.codes()), own)
    before, before_others = tiny.values(own), tiny.values(others)
    logs = game.train_step(tiny.data())
    tiny.assert_near([b - a for b, a in zip(before, tiny.values(own), strict=True)], expected, within=1e-6)
    assert all(np.abs(g).max() > 0 for g in expected), "a variable that nothing depends on"
    assert all((a == b).all() for a, b in zip(before_others, tiny.values(others), strict=True))
    assert float(logs[f"{player}.loss"][0]) == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize("name", ["gan", "autoencoder", "aegan"])
def test_every_variable_has_one_owner(tiny, name):
    game = tiny.build(name)
    owned = [id(v) for player in game.players for v in game.variables_of(player)]
    assert len(owned) == len(set(owned))
    assert set(owned) == {id(v) for network in tiny.networks_of(game) for v in network.trainable_variables}
    assert sorted(p for movers in game.rounds for p in movers) == sorted(game.players)


def product(game, seen):
    return game.first.value * game.second.value


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ((("a", "b"),), (-1, 1)),
        ((("a",), ("b",)), (-1, 4)),
        ((("b",), ("a",)), (1, 1)),
        ((("a",), ("a", "b")), (-4, 4)),
    ],
)
def test_players_of_one_round_move_at_once_and_rounds_follow_one_another(toy, rounds, expected):
    """Both lose a * b: a moves by -b and b by -a, seen before the round."""
    game, x = toy((product, product), rounds)
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == expected


def test_what_a_round_has_moved_is_observed_anew(toy):
    """a moves to 1 first; b's gradient is a as it is then, not the 2 that the first round saw."""
    losses = (lambda game, seen: seen.a, lambda game, seen: game.second.value * seen.a)
    game, x = toy(losses, (("a",), ("b",)))
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == (1, 2)


def test_a_player_does_not_move_others_through_what_it_observes(toy):
    """b's loss depends on a, whose owner has no loss of its own here that moves it."""
    losses = (lambda game, seen: 0.0 * seen.a, lambda game, seen: game.second.value * seen.a)
    game, x = toy(losses, (("a", "b"),))
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == (2, 1)


def play_apart(game):
    """Let a game take its steps as it does under a strategy with jit: each round compiled, what moves outside."""
    game.compiled_rounds = step.compiled_rounds(game)


def test_rounds_compiled_apart_are_the_rounds_played_together(tiny):
    together, apart = (tiny.ready(tiny.build("gan"), 0.01) for _ in range(2))
    play_apart(apart)
    for i in range(2):
        logs, other = together.train_step(tiny.data(i)), apart.train_step(tiny.data(i))
        assert list(logs) == list(other)
        tiny.assert_near(list(other.values()), list(logs.values()), within=1e-5)
    for one, two in zip(tiny.networks_of(together), tiny.networks_of(apart), strict=True):
        tiny.assert_near(tiny.values(one.trainable_variables), tiny.values(two.trainable_variables), within=1e-5)


def test_rounds_compiled_apart_keep_the_order_of_play(toy):
    """Together first, (2, 3) -> (-1, 1), then b alone, 1 - (-1)."""
    game, x = toy((product, product), (("a", "b"), ("b",)))
    play_apart(game)
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == (-1, 2)
