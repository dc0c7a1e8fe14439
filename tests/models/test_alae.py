"""ALAE against its Algorithm 1, written out here; samples start from z, reconstructions from w."""

import keras
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


class PlainAdam:
    """Kingma and Ba 2015, algorithm 1 with the order of section 2, for any of the variables it has seen."""

    def __init__(self, rate):
        self.rate, self.t, self.m, self.v = rate, 0, {}, {}

    def move(self, loss, networks, tiny):
        variables = [v for network in networks for v in network.trainable_variables]
        self.apply(variables, tiny.gradient(loss, variables)[0])

    def apply(self, variables, gradients):
        self.t += 1
        rate = self.rate * np.sqrt(1 - 0.999**self.t) / (1 - 0.5**self.t)
        for v, g in zip(variables, gradients, strict=True):
            self.m[id(v)] = 0.5 * self.m.get(id(v), 0.0) + 0.5 * g
            self.v[id(v)] = 0.999 * self.v.get(id(v), 0.0) + 0.001 * g**2
            v.assign(v.numpy() - rate * self.m[id(v)] / (np.sqrt(self.v[id(v)]) + 1e-7))


def test_the_optimizers_of_e_and_d_and_of_f_and_g_also_make_the_reciprocity_step(tiny):
    """As `encoder_optimizer` and `decoder_optimizer` of the authors' train_alae.py, each of which steps twice."""
    game, plain = tiny.build("alae"), tiny.build("alae")
    game.rehearse(tiny.data())
    game.compile({owner: keras.optimizers.Adam(0.01, beta_1=0.5) for owner in ("discriminator", "generator")})
    F, G, E, D = plain.mapper, plain.generator, plain.encoder, plain.discriminator
    of_e_and_d, of_f_and_g = PlainAdam(0.01), PlainAdam(0.01)
    for step in range(3):
        x = tiny.data(step)
        game.train_step(x)
        first, second, third = (tiny.noise(step, f"round {i}").normal(tiny.z_dim) for i in range(3))
        of_e_and_d.move(lambda x=x, z=first: tiny.as_real(D(E(x))) + tiny.as_fake(D(E(G(F(z))))), (E, D), tiny)
        of_f_and_g.move(lambda z=second: tiny.as_real(D(E(G(F(z))))), (F, G), tiny)
        target = tf.constant(F(third).numpy())
        moved = [v for network in (F, G, E) for v in network.trainable_variables]
        gradients, _ = tiny.gradient(lambda z=third, w=target: tf.reduce_mean((w - E(G(F(z)))) ** 2), moved)
        count = len(E.trainable_variables)
        of_f_and_g.apply(moved[:-count], gradients[:-count])
        of_e_and_d.apply(moved[-count:], gradients[-count:])
    tiny.assert_same_networks(game, plain, before=tiny.build("alae"), within=2e-5)


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
