"""BiGAN, ALI and ALICE against their objectives, written out here."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError


def judge(game, x, z):
    return game.pair_discriminator(tf.concat([game.discriminator(x), z], axis=1))


@pytest.mark.parametrize("stochastic", [False, True])
@pytest.mark.parametrize("cycle", [False, True])
def test_a_step_is_the_papers(tiny, stochastic, cycle):
    """Both sides at once: sides of the same cross-entropy, labels swapped; with ALICE's cycle of weight 5, or none."""
    build = {"options": {"stochastic": stochastic, "cycle": cycle}}
    if cycle:
        build |= {"reconstruction": "mse", "weights": {"autoencoder": {"reconstruction": 5.0}}}
    game, plain = tiny.build("bigan", **build), tiny.build("bigan", **build)
    tiny.ready(game, 0.05)
    D, making = (plain.discriminator, plain.pair_discriminator), (plain.encoder, plain.generator)
    for step in range(2):
        game.train_step(tiny.data(step))
        x, draws = tiny.data(step), tiny.draws(step)
        z, e = draws.normal(tiny.z_dim), draws.normal(tiny.z_dim)

        def code(x=x, e=e):
            found = plain.encoder(x)
            return found[:, : tiny.z_dim] + tf.exp(found[:, tiny.z_dim :] / 2) * e if stochastic else found

        def judging(x=x, z=z, code=code):
            return tiny.yes(judge(plain, x, code())) + tiny.no(judge(plain, plain.generator(z), z))

        def fooling(x=x, z=z, code=code):
            price = tiny.no(judge(plain, x, code())) + tiny.yes(judge(plain, plain.generator(z), z))
            return price + (5 * tf.reduce_mean((x - plain.generator(code())) ** 2) if cycle else 0.0)

        tiny.descend(0.05, (judging, D), (fooling, making))
    tiny.assert_same_networks(game, plain, before=tiny.build("bigan", **build))


def test_the_cycle_is_a_term_only_where_it_is_asked_for(tiny):
    game = tiny.build("bigan")
    game.rehearse(tiny.data())
    assert "autoencoder.reconstruction" not in game.terms
    with pytest.raises(UserError, match=r"needs loss.reconstruction, which is null"):
        tiny.build("bigan", options={"cycle": True})
    with pytest.raises(UserError, match=r"model 'bigan' has no use for loss.reconstruction=mse: leave it null"):
        tiny.build("bigan", reconstruction="mse")


@pytest.mark.parametrize("name", ["bigan", "veegan"])
def test_a_penalty_differentiates_by_data_and_code(tiny, name):
    """R1 on the discriminator, at the pairs (x, E(x)); on the pair discriminator, at what it sees of them."""
    x = tiny.data()
    for on in ("discriminator", "pair_discriminator"):
        game = tiny.build(name, penalties={"r1": {"weight": 1.0, "on": on}})
        z = game.encoder(x)
        views = tf.concat([game.discriminator(x), z], axis=1)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([x, z, views])
            whole, head = judge(game, x, z), game.pair_discriminator(views)
        by = {"discriminator": [tape.gradient(whole, [x, z])], "pair_discriminator": [tape.gradient(head, [views])]}
        expected = 0.5 * np.mean(np.sum([np.sum(g.numpy() ** 2, axis=1) for g in by[on][0]], axis=0))
        logs = tiny.ready(game).train_step(x)
        assert float(logs["discriminator.r1"][0]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", ["bigan", "veegan"])
def test_batch_norm_in_either_network_of_a_penalised_judge_is_refused(tiny, name):
    batch = {"name": "mlp", "width": 8, "depth": 1, "norm": "batch"}
    for role in ("discriminator", "pair_discriminator"):
        game = tiny.build(name, networks={role: batch}, penalties={"r1": {"weight": 1.0, "on": "discriminator"}})
        with pytest.raises(UserError, match=rf"BatchNorm.*: set networks.{role}.norm=layer or none"):
            game.rehearse(tiny.data())


def test_a_code_of_a_gaussian_encoder_is_its_mean(tiny):
    game = tiny.build("bigan", options={"stochastic": True})
    assert (game.encode(tiny.data()).numpy() == game.encoder(tiny.data()).numpy()[:, : tiny.z_dim]).all()
