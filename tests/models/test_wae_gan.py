"""WAE-GAN against its Algorithm 1, with and without the prior's density given to the discriminator."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import multivariate_normal


@pytest.mark.parametrize("trick", [False, True])
def test_two_steps_are_algorithm_1(tiny, trick):
    """The code discriminator first; then encoder and generator as one, lambda 3."""
    build = {"options": {"prior_trick": trick}, "weights": {"autoencoder": {"fool": 3.0}}, "reconstruction": "mse"}
    game, plain = tiny.build("wae_gan", **build), tiny.build("wae_gan", **build)
    tiny.ready(game, 0.1)
    E, G = plain.encoder, plain.generator

    def D(z):
        density = tf.reduce_sum(-(z**2) / 2 - np.log(2 * np.pi) / 2, axis=1, keepdims=True)
        return plain.code_discriminator(z) + (density if trick else 0.0)

    for step in range(2):
        x, z = tiny.data(step), tiny.codes(step)
        game.train_step(x)
        discriminator = (lambda x=x, z=z: tiny.as_real(D(z)) + tiny.as_fake(D(E(x)))), (plain.code_discriminator,)
        tiny.descend(0.1, discriminator)
        tiny.descend(0.1, (lambda x=x: tf.reduce_mean((x - G(E(x))) ** 2) + 3 * tiny.as_real(D(E(x))), (E, G)))
    tiny.assert_same_networks(game, plain, before=tiny.build("wae_gan"))


def test_with_the_trick_the_network_learns_only_the_density_of_codes(tiny):
    """A network with the output -log q, here of q = N(0, 4 I), gives the logit log p / q of each code."""
    game = tiny.build("wae_gan", options={"prior_trick": True})
    z = tiny.codes().numpy()
    q = multivariate_normal(np.zeros(tiny.z_dim), 4 * np.eye(tiny.z_dim))
    game.__dict__["code_discriminator"] = lambda z, training: tf.constant(-q.logpdf(z)[:, None], tf.float32)
    expected = multivariate_normal(np.zeros(tiny.z_dim), np.eye(tiny.z_dim)).logpdf(z) - q.logpdf(z)
    assert game._discriminate(tf.constant(z)).numpy()[:, 0] == pytest.approx(expected, abs=1e-5)


def test_penalties_differentiate_the_logits_that_the_loss_uses(tiny):
    """R1 of the whole logit: the network's gradient, and -z, the gradient of log p."""
    game = tiny.build("wae_gan", options={"prior_trick": True}, penalties={"r1": {"on": "code_discriminator"}})
    z = tiny.codes()
    with tf.GradientTape() as tape:
        tape.watch(z)
        logits = game.code_discriminator(z)
    expected = 0.5 * np.mean(np.sum((tape.gradient(logits, z) - z).numpy() ** 2, axis=1))
    logs = tiny.ready(game).train_step(tiny.data())
    assert float(logs["code_discriminator.r1"][0]) == pytest.approx(expected, rel=1e-5)
