"""A GAN of latent codes: it learns from the standardised codes of a trained autoencoder and does not change it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts
from ganae_cli.runtime.rng import Noise

SMALL = {"name": "mlp", "width": 8, "depth": 1}
CODE, NOISE = 3, 2  # sizes of the autoencoder's latent code, and of the noise


@pytest.fixture
def game(parts, tiny):
    networks = {role: dict(SMALL) for role in ("code_generator", "code_discriminator")}
    autoencoder = {
        "model": {"name": "autoencoder", "z_dim": CODE},
        "networks": {role: dict(SMALL) for role in ("encoder", "decoder")},
        "loss": {"reconstruction": "mse"},
    }
    given = Parts((2,), networks, "non_saturating", penalties={"r1": {"weight": 0.5, "on": "code_discriminator"}})
    made = parts.build("model", "latent_gan", parts=given, z_dim=NOISE, autoencoder=autoencoder)
    made.begin(3 * tiny.data(9) + 1)
    return made


def test_mean_and_std_of_the_codes_are_those_of_the_data(tiny, game):
    codes = game.autoencoder.encoder(3 * tiny.data(9) + 1).numpy()
    np.testing.assert_allclose(game.mean, codes.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(game.std, codes.std(axis=0), rtol=1e-5)


def test_a_dimension_that_never_varies_has_a_positive_std(game):
    game.begin(np.ones((4, 2), np.float32))
    assert (game.std.numpy() > 0).all()


def codes(tiny, game):
    """Return the standardised codes of the data, and those generated from the noise of the first step."""
    c = (game.autoencoder.encoder(tiny.data()).numpy() - game.mean.numpy()) / game.std.numpy()
    return tf.constant(c), game.code_generator(Noise(0, 0, tiny.count, label="observe").normal(NOISE))


def code_discriminator(tiny, game):
    c, c_hat = codes(tiny, game)
    with tf.GradientTape() as tape:
        tape.watch(c)
        logits = game.code_discriminator(c)
    penalty = tf.reduce_mean(tf.reduce_sum(tape.gradient(logits, c) ** 2, axis=1)) / 2
    return tiny.as_real(logits) + tiny.as_fake(game.code_discriminator(c_hat)) + 0.5 * penalty


def code_generator(tiny, game):
    return tiny.as_real(game.code_discriminator(codes(tiny, game)[1]))


@pytest.mark.parametrize("loss", [code_discriminator, code_generator])
def test_a_player_moves_along_its_own_gradient_and_no_other_moves(tiny, game, loss):
    player = loss.__name__
    tiny.ready(game, {player: 1.0})
    own = game.variables_of(player)
    others = [v for v in game.trainable_variables if all(v is not mine for mine in own)]
    expected, value = tiny.gradient(lambda: loss(tiny, game), own)
    before, before_others = tiny.values(own), tiny.values(others)
    logs = game.train_step(tiny.data())
    tiny.assert_near([b - a for b, a in zip(before, tiny.values(own), strict=True)], expected, within=1e-6)
    assert all((a == b).all() for a, b in zip(before_others, tiny.values(others), strict=True))
    assert float(logs[f"{player}.loss"][0]) == pytest.approx(value, rel=1e-5)


def test_no_player_trains_the_autoencoder_and_no_average_of_it_is_kept(tiny, game):
    frozen = game.autoencoder.trainable_variables
    owned = {id(v) for player in game.players for v in game.variables_of(player)}
    assert frozen
    assert not owned & {id(v) for v in frozen}
    before = tiny.values(frozen)
    game.rehearse(tiny.data())
    game.compile({player: keras.optimizers.Adam(0.1) for player in game.players}, ema=0.5)
    game.fit(tiny.stream(3), verbose=0, shuffle=False)
    assert all((a == b).all() for a, b in zip(before, tiny.values(frozen), strict=True))
    assert {id(v) for v in game.averages.variables} == {id(v) for v in game.code_generator.trainable_variables}


def test_samples_are_decoded_generated_codes_and_reconstructions_those_of_the_autoencoder(tiny, game):
    inner, z = game.autoencoder, np.random.default_rng(0).normal(size=(5, NOISE)).astype(np.float32)
    expected = inner.decoder(game.mean + game.std * game.code_generator(z))
    np.testing.assert_allclose(game.generate(z), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(game.encode(tiny.data()), inner.encoder(tiny.data()))
    np.testing.assert_array_equal(game.decode(game.encode(tiny.data())), inner.decoder(inner.encoder(tiny.data())))
