"""VEEGAN against its Algorithm 1, written out here with gradient descent."""

import pytest
import tensorflow as tf


def logits(game, x, z):
    return game.pair_discriminator(tf.concat([game.discriminator(x), z], axis=1))


@pytest.mark.parametrize("encoder_fools", [False, True])
def test_two_steps_are_algorithm_1(tiny, encoder_fools):
    """All three gradients of one pass; the paper's D is minus ours. The variant also gives the encoder E D(x, F(x))."""
    build = {"options": {"encoder_fools": encoder_fools}}
    game, plain = tiny.build("veegan", **build), tiny.build("veegan", **build)
    tiny.ready(game, 0.02)
    F, G, D = plain.encoder, plain.generator, (plain.discriminator, plain.pair_discriminator)
    for step in range(2):
        x, z = tiny.data(step), tiny.codes(step)
        game.train_step(x)

        def d(z, x):
            return -logits(plain, x, z)

        def distance(z=z):
            return tf.reduce_mean(tf.reduce_sum((z - F(G(z))) ** 2, axis=1))

        def discriminator(x=x, z=z):
            log_sigmoid = tf.math.log_sigmoid
            return -tf.reduce_mean(log_sigmoid(d(z, G(z))) + log_sigmoid(-d(F(x), x)))

        def encoder(x=x, distance=distance):
            return distance() - (tf.reduce_mean(d(F(x), x)) if encoder_fools else 0.0)

        def generator(z=z, distance=distance):
            return tf.reduce_mean(d(z, G(z))) + distance()

        tiny.descend(0.02, (discriminator, D), (encoder, (F,)), (generator, (G,)))
    tiny.assert_same_networks(game, plain, before=tiny.build("veegan"))


def test_the_encoder_does_not_learn_from_the_discriminator(tiny):
    """Its gradient comes from codes alone: two adversarial losses move it alike."""
    found = []
    for adversarial in ("non_saturating", "hinge"):
        game = tiny.ready(tiny.build("veegan", adversarial=adversarial), 0.1)
        game.train_step(tiny.data())
        found.append(tiny.values(game.encoder.trainable_variables))
    tiny.assert_near(*found, within=0)
