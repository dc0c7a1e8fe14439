"""alpha-GAN against its objectives, written out here with gradient descent."""

import pytest
import tensorflow as tf


@pytest.mark.parametrize("loss", ["density_ratio", "non_saturating"])
def test_two_steps_are_those_of_the_paper(tiny, loss):
    """lambda 4; the discriminators, then encoder and generator, each by the terms of the hybrid objective it is in.

    The paper's fakes cost -log D + log(1 - D), which is minus the logit.
    """
    weights = {"encoder": {"reconstruction": 4.0}, "generator": {"reconstruction": 4.0}}
    game, plain = (tiny.build("alpha_gan", weights=weights, adversarial=loss) for _ in range(2))
    fool = tiny.as_real if loss == "non_saturating" else lambda t: tiny.as_real(t) - tiny.as_fake(t)
    tiny.ready(game, 0.05)
    E, G, D, C = plain.encoder, plain.generator, plain.discriminator, plain.code_discriminator

    def encoder(x):
        x_tilde = G(E(x))
        return 4 * tf.reduce_mean(tf.abs(x - x_tilde)) + fool(D(x_tilde)) + fool(C(E(x)))

    for step in range(2):
        x, z = tiny.data(step), tiny.codes(step)
        game.train_step(x)

        def discriminator(x=x, z=z):
            return tiny.as_real(D(x)) + tiny.as_fake(D(G(z))) + tiny.as_fake(D(G(E(x))))

        def code_discriminator(x=x, z=z):
            return tiny.as_real(C(z)) + tiny.as_fake(C(E(x)))

        def generator(x=x, z=z):
            return encoder(x) + fool(D(G(z)))

        tiny.descend(0.05, (discriminator, (D,)), (code_discriminator, (C,)))
        tiny.descend(0.05, (lambda x=x: encoder(x), (E,)), (generator, (G,)))
    tiny.assert_same_networks(game, plain, before=tiny.build("alpha_gan"))


def test_the_yaml_has_the_papers_loss_unless_another_is_chosen(compose):
    assert compose("model=alpha_gan").loss.adversarial == "density_ratio"
    assert compose("model=alpha_gan", "loss=hinge").loss.adversarial == "hinge"
