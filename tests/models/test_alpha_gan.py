"""alpha-GAN against its objectives, written out here."""

import tensorflow as tf


def test_a_step_is_the_papers(tiny):
    """lambda 4; the discriminators, then encoder and generator, each by what of the hybrid objective depends on it."""
    weights = {"encoder": {"reconstruction": 4.0}, "generator": {"reconstruction": 4.0}}
    game, plain = (tiny.build("alpha_gan", weights=weights) for _ in range(2))
    tiny.ready(game, 0.05)
    E, G, D, C = plain.encoder, plain.generator, plain.discriminator, plain.code_discriminator

    def shared(x):
        rebuilt = G(E(x))
        return 4 * tf.reduce_mean(tf.abs(x - rebuilt)) + tiny.yes(D(rebuilt)) + tiny.yes(C(E(x)))

    for step in range(2):
        x, z = tiny.data(step), tiny.codes(step)
        game.train_step(x)

        def judging(x=x, z=z):
            return tiny.yes(D(x)) + tiny.no(D(G(z))) + tiny.no(D(G(E(x))))

        def judging_codes(x=x, z=z):
            return tiny.yes(C(z)) + tiny.no(C(E(x)))

        def generating(x=x, z=z):
            return shared(x) + tiny.yes(D(G(z)))

        tiny.descend(0.05, (judging, (D,)), (judging_codes, (C,)))
        tiny.descend(0.05, (lambda x=x: shared(x), (E,)), (generating, (G,)))
    tiny.assert_same_networks(game, plain, before=tiny.build("alpha_gan"))
