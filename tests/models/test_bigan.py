"""BiGAN, ALI and ALICE against their objectives, written out here with gradient descent."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError


def logits(game, x, z):
    return game.pair_discriminator(tf.concat([game.discriminator(x), z], axis=1))


@pytest.mark.parametrize("stochastic", [False, True])
@pytest.mark.parametrize("cycle", [False, True])
def test_two_steps_are_those_of_the_paper(tiny, stochastic, cycle):
    """Both players at once: one cross-entropy, and the same with labels swapped; ALICE's cycle of weight 5, or none."""
    build = {"options": {"stochastic": stochastic, "cycle": cycle}}
    if cycle:
        build |= {"reconstruction": "mse", "weights": {"autoencoder": {"reconstruction": 5.0}}}
    game, plain = tiny.build("bigan", **build), tiny.build("bigan", **build)
    tiny.ready(game, 0.05)
    D, EG = (plain.discriminator, plain.pair_discriminator), (plain.encoder, plain.generator)
    for step in range(2):
        game.train_step(tiny.data(step))
        x, noise = tiny.data(step), tiny.noise(step)
        z, e = noise.normal(tiny.z_dim), noise.normal(tiny.z_dim)

        def code(x=x, e=e):
            found = plain.encoder(x)
            return found[:, : tiny.z_dim] + tf.exp(found[:, tiny.z_dim :] / 2) * e if stochastic else found

        def discriminator(x=x, z=z, code=code):
            return tiny.as_real(logits(plain, x, code())) + tiny.as_fake(logits(plain, plain.generator(z), z))

        def autoencoder(x=x, z=z, code=code):
            swapped = tiny.as_fake(logits(plain, x, code())) + tiny.as_real(logits(plain, plain.generator(z), z))
            return swapped + (5 * tf.reduce_mean((x - plain.generator(code())) ** 2) if cycle else 0.0)

        tiny.descend(0.05, (discriminator, D), (autoencoder, EG))
    tiny.assert_same_networks(game, plain, before=tiny.build("bigan", **build))


def test_reconstruction_is_a_term_only_with_the_option_cycle(tiny):
    game = tiny.build("bigan")
    game.rehearse(tiny.data())
    assert "autoencoder.reconstruction" not in game.terms
    with pytest.raises(UserError, match=r"needs loss.reconstruction, which is null"):
        tiny.build("bigan", options={"cycle": True})
    with pytest.raises(UserError, match=r"model 'bigan' has no use for loss.reconstruction=mse: leave it null"):
        tiny.build("bigan", reconstruction="mse")


@pytest.mark.parametrize("name", ["bigan", "veegan"])
def test_a_penalty_differentiates_by_data_and_code(tiny, name):
    """R1 on the discriminator, at the pairs (x, E(x)); on the pair discriminator, at its own input of these pairs."""
    x = tiny.data()
    for on in ("discriminator", "pair_discriminator"):
        game = tiny.build(name, penalties={"r1": {"weight": 1.0, "on": on}})
        z = game.encoder(x)
        head_input = tf.concat([game.discriminator(x), z], axis=1)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([x, z, head_input])
            whole, head = logits(game, x, z), game.pair_discriminator(head_input)
        by = {
            "discriminator": [tape.gradient(whole, [x, z])],
            "pair_discriminator": [tape.gradient(head, [head_input])],
        }
        expected = 0.5 * np.mean(np.sum([np.sum(g.numpy() ** 2, axis=1) for g in by[on][0]], axis=0))
        logs = tiny.ready(game).train_step(x)
        assert float(logs["discriminator.r1"][0]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", ["bigan", "veegan"])
def test_batch_norm_in_either_network_of_a_penalised_discriminator_is_refused(tiny, name):
    batch = {"name": "mlp", "width": 8, "depth": 1, "norm": "batch"}
    for role in ("discriminator", "pair_discriminator"):
        game = tiny.build(name, networks={role: batch}, penalties={"r1": {"weight": 1.0, "on": "discriminator"}})
        with pytest.raises(UserError, match=rf"BatchNorm.*: set networks.{role}.norm=layer or none"):
            game.rehearse(tiny.data())


def test_the_code_of_a_gaussian_encoder_is_its_mean(tiny):
    game = tiny.build("bigan", options={"stochastic": True})
    assert (game.encode(tiny.data()).numpy() == game.encoder(tiny.data()).numpy()[:, : tiny.z_dim]).all()
