"""ALAE against its Algorithm 1, written out here; samples start from z, reconstructions from w."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError

R1 = {"r1": {"weight": 10.0, "on": "discriminator"}}


def test_two_steps_are_algorithm_1(tiny):
    """E and D with R1 of both as one; F and G; then the codes, with a constant target; each round has its own codes."""
    game, plain = tiny.build("alae", penalties=R1), tiny.build("alae", penalties=R1)
    tiny.ready(game, 0.02)
    F, G, E, D = plain.mapper, plain.generator, plain.encoder, plain.discriminator
    for step in range(2):
        x = tiny.data(step)
        game.train_step(x)
        first, second, third = (tiny.noise(step, f"round {i}").normal(tiny.z_dim) for i in range(3))

        def discriminator(x=x, z=first):
            with tf.GradientTape() as tape:
                tape.watch(x)
                logits = D(E(x))
            norms = tf.reduce_sum(tape.gradient(logits, x) ** 2, axis=1)
            return tiny.as_real(logits) + tiny.as_fake(D(E(G(F(z))))) + 5 * tf.reduce_mean(norms)

        tiny.descend(0.02, (discriminator, (E, D)))
        tiny.descend(0.02, (lambda z=second: tiny.as_real(D(E(G(F(z))))), (F, G)))
        target = tf.constant(F(third).numpy())
        tiny.descend(0.02, (lambda z=third, w=target: tf.reduce_mean((w - E(G(F(z)))) ** 2), (F, G, E)))
    tiny.assert_same_networks(game, plain, before=tiny.build("alae"))


def test_samples_start_from_z_and_reconstructions_from_w(tiny):
    game = tiny.build("alae")
    x, z = tiny.data(), tiny.codes()
    w = game.encode(x)
    tiny.assert_near([game.generate(z).numpy()], [game.generator(game.mapper(z)).numpy()], within=0)
    tiny.assert_near([game.decode(w).numpy()], [game.generator(game.encoder(x)).numpy()], within=0)
    assert np.abs(game.decode(w).numpy() - game.generate(w).numpy()).max() > 1e-3


@pytest.mark.parametrize("role", ["encoder", "discriminator"])
def test_batch_norm_in_encoder_or_discriminator_is_refused(tiny, role):
    batch = {"name": "mlp", "width": 8, "depth": 1, "norm": "batch"}
    with pytest.raises(UserError, match=rf"BatchNorm.*: set networks.{role}.norm=layer or none"):
        tiny.build("alae", networks={role: batch}, penalties=R1).rehearse(tiny.data())
    tiny.build("alae", networks={"mapper": batch}, penalties=R1).rehearse(tiny.data())
