"""Routing of gradients: every player's step against gradients written out here, apart from the package."""

import numpy as np
import pytest
import tensorflow as tf


def gan_discriminator(t, g, x, z):
    return t.as_real(g.discriminator(x)) + t.as_fake(g.discriminator(g.generator(z)))


def gan_generator(t, g, x, z):
    return t.as_real(g.discriminator(g.generator(z)))


def autoencoder(t, g, x, z):
    return tf.reduce_mean(tf.abs(x - g.decoder(g.encoder(x))))


def aegan_discriminator(t, g, x, z):
    D = g.discriminator
    return t.as_real(D(x)) + (t.as_fake(D(g.generator(z))) + t.as_fake(D(g.generator(g.encoder(x))))) / 2


def aegan_code_discriminator(t, g, x, z):
    D = g.code_discriminator
    return t.as_real(D(z)) + (t.as_fake(D(g.encoder(x))) + t.as_fake(D(g.encoder(g.generator(z))))) / 2


def aegan_autoencoder(t, g, x, z):
    x_hat, z_hat = g.generator(z), g.encoder(x)
    x_tilde, z_tilde = g.generator(z_hat), g.encoder(x_hat)
    cycles = 10 * tf.reduce_mean(tf.abs(x - x_tilde)) + 5 * tf.reduce_mean((z - z_tilde) ** 2)
    D_x, D_z = g.discriminator, g.code_discriminator
    fool = 2 * t.as_real(D_x(x_hat)) + 3 * t.as_real(D_x(x_tilde))
    return cycles + fool + 4 * t.as_real(D_z(z_hat)) + t.as_real(D_z(z_tilde)) / 2


PAPERS = {  # player -> its loss with the weights in `tiny`, a function of fixture, game, data and codes of the prior
    ("gan", "discriminator"): gan_discriminator,
    ("gan", "generator"): gan_generator,
    ("autoencoder", "autoencoder"): autoencoder,
    ("aegan", "discriminator"): aegan_discriminator,
    ("aegan", "code_discriminator"): aegan_code_discriminator,
    ("aegan", "autoencoder"): aegan_autoencoder,
}


@pytest.mark.parametrize(("name", "player"), PAPERS)
def test_a_player_moves_along_its_own_gradient_and_no_other_moves(tiny, name, player):
    """At rate 1 a step of gradient descent is the gradient; the others' rate is 0."""
    game = tiny.ready(tiny.build(name, weights=tiny.weights[name]), {player: 1.0})
    own = game.variables_of(player)
    others = [v for network in tiny.networks_of(game) for v in network.variables if all(v is not mine for mine in own)]
    expected, loss = tiny.gradient(lambda: PAPERS[name, player](tiny, game, tiny.data(), tiny.codes()), own)
    before, before_others = tiny.values(own), tiny.values(others)
    logs = game.train_step(tiny.data())
    tiny.assert_near([b - a for b, a in zip(before, tiny.values(own), strict=True)], expected, within=1e-6)
    assert all(np.abs(g).max() > 0 for g in expected), "a variable without effect on the loss"
    assert all((a == b).all() for a, b in zip(before_others, tiny.values(others), strict=True))
    assert float(logs[f"{player}.loss"][0]) == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize("name", ["gan", "autoencoder", "aegan"])
def test_every_variable_has_one_owner(tiny, name):
    game = tiny.build(name)
    owned = [id(v) for player in game.players for v in game.variables_of(player)]
    assert len(owned) == len(set(owned))
    assert set(owned) == {id(v) for network in tiny.networks_of(game) for v in network.trainable_variables}
    assert sorted(p for movers in game.rounds for p in movers) == sorted(game.players)


def first_times_second(game, outputs):
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
    """Both have the loss a * b: a moves by -b and b by -a, with the values before the round."""
    game, x = toy((first_times_second, first_times_second), rounds)
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == expected


def test_forward_is_computed_anew_once_its_networks_have_moved(toy):
    """a moves to 1 first; b's gradient is a after that move, not the 2 of the first round."""
    losses = (lambda game, outputs: outputs.a, lambda game, outputs: game.second.value * outputs.a)
    game, x = toy(losses, (("a",), ("b",)))
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == (1, 2)


def test_a_player_does_not_move_the_networks_of_others_that_its_loss_depends_on(toy):
    """b's loss depends on a, whose owner has no loss of its own here that moves it."""
    losses = (lambda game, outputs: 0.0 * outputs.a, lambda game, outputs: game.second.value * outputs.a)
    game, x = toy(losses, (("a", "b"),))
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == (2, 1)
