"""The adversarial autoencoder against its phases, written out here with gradient descent."""

import keras
import tensorflow as tf


def test_a_step_is_the_papers_three_phases(tiny):
    """Reconstruction; the code discriminator; the encoder as generator. Each uses the weights of the one before."""
    game, plain = tiny.build("aae"), tiny.build("aae")  # equal, as they have one seed
    tiny.ready(game, 0.1)
    E, G, D = plain.encoder, plain.generator, plain.code_discriminator
    for step in range(2):
        x, z = tiny.data(step), tiny.codes(step)
        game.train_step(x)
        tiny.descend(0.1, (lambda x=x: tf.reduce_mean(tf.abs(x - G(E(x)))), (E, G)))
        tiny.descend(0.1, (lambda x=x, z=z: tiny.as_real(D(z)) + tiny.as_fake(D(E(x))), (D,)))
        tiny.descend(0.1, (lambda x=x: tiny.as_real(D(E(x))), (E,)))
    tiny.assert_same_networks(game, plain, before=tiny.build("aae"))


def test_the_encoder_has_one_optimizer_for_each_of_its_players(tiny):
    """A step of reconstruction does not count as a step of the adversarial phase, nor add to its momentum."""
    game = tiny.build("aae", weights={"encoder": {"fool": 0.0}})
    game.rehearse(tiny.data())
    game.compile({p: keras.optimizers.Adam(0.1) for p in game.players})
    game.train_step(tiny.data())
    assert int(game.optimizers["autoencoder"].iterations) == 1
    assert int(game.optimizers["encoder"].iterations) == 0
    assert game.variables_of("encoder") == game.encoder.trainable_variables
