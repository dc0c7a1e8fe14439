"""The contractive AEGAN against its formulas, written out here for both ways of joining codes and noise."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.engine import Parts
from ganae_cli.errors import UserError
from ganae_cli.samplers import fitted

WEIGHTS = {
    "autoencoder": {"reconstruction": 10.0, "fool_mixed": 2.0, "fool_reconstruction": 3.0, "code_size": 0.5}
}  # all different, so that a confusion of two shows
SIGMA, NOISE = 0.25, 2


@pytest.fixture
def build(parts, tiny):
    def built(mix, weights=WEIGHTS, **losses):
        networks = {role: {"name": "mlp", "width": 8, "depth": 1} for role in ("encoder", "generator", "discriminator")}
        given = Parts((2,), networks, "non_saturating", "mae", **losses)
        options = {"mix": mix, "sigma": SIGMA, "noise_dim": NOISE}
        return parts.build("model", "contractive_aegan", parts=given, z_dim=tiny.z_dim, weights=weights, **options)

    return built


def joined(tiny, mix, z):
    """Return codes joined with the noise that `forward` draws in the first step, and codes joined with 0."""
    size = tiny.z_dim if mix == "add" else NOISE
    noise = tiny.noise().normal(size)
    if mix == "add":
        return z + SIGMA * noise, z
    return tf.concat([z, noise], axis=1), tf.concat([z, tf.zeros((tiny.count, NOISE))], axis=1)


def discriminator(tiny, mix, game):
    x_hat, x_tilde = (game.generator(z) for z in joined(tiny, mix, game.encoder(tiny.data())))
    D = game.discriminator
    return tiny.as_real(D(tiny.data())) + (tiny.as_fake(D(x_hat)) + tiny.as_fake(D(x_tilde))) / 2


def autoencoder(tiny, mix, game):
    z, x = game.encoder(tiny.data()), tiny.data()
    x_hat, x_tilde = (game.generator(start) for start in joined(tiny, mix, z))
    fool = 2 * tiny.as_real(game.discriminator(x_hat)) + 3 * tiny.as_real(game.discriminator(x_tilde))
    return 10 * tf.reduce_mean(tf.abs(x - x_tilde)) + fool + 0.25 * tf.reduce_mean(tf.reduce_sum(z**2, axis=1))


@pytest.mark.parametrize("mix", ["add", "concat"])
@pytest.mark.parametrize(("player", "loss"), [("discriminator", discriminator), ("autoencoder", autoencoder)])
def test_a_player_moves_along_its_own_gradient_and_no_other_moves(tiny, build, mix, player, loss):
    game = tiny.ready(build(mix), {player: 1.0})
    own = game.variables_of(player)
    others = [v for other in game.players if other != player for v in game.variables_of(other)]
    expected, value = tiny.gradient(lambda: loss(tiny, mix, game), own)
    before, before_others = tiny.values(own), tiny.values(others)
    logs = game.train_step(tiny.data())
    tiny.assert_near([b - a for b, a in zip(before, tiny.values(own), strict=True)], expected, within=1e-6)
    assert all((a == b).all() for a, b in zip(before_others, tiny.values(others), strict=True))
    assert float(logs[f"{player}.loss"][0]) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize("mix", ["add", "concat"])
def test_the_terms_have_the_names_of_the_yaml(tiny, build, mix):
    game = tiny.ready(build(mix))
    assert game.terms == [
        *(f"discriminator.{term}" for term in ("real", "fake_mixed", "fake_reconstruction", "loss")),
        *(f"autoencoder.{term}" for term in ("reconstruction", "fool_mixed", "fool_reconstruction", "code_size")),
        "autoencoder.loss",
    ]


def test_without_adversarial_terms_and_code_size_it_is_the_autoencoder(tiny, build):
    nothing = dict.fromkeys(WEIGHTS["autoencoder"], 0.0)
    game, plain = build("add", {"autoencoder": nothing | {"reconstruction": 1.0}}), tiny.build("autoencoder")
    plain.encoder.set_weights(game.encoder.get_weights())
    plain.decoder.set_weights(game.generator.get_weights())
    for each in (game, plain):
        tiny.ready(each, {"autoencoder": 1.0}).train_step(tiny.data())
    found, expected = (each.variables_of("autoencoder") for each in (game, plain))
    tiny.assert_near(tiny.values(found), tiny.values(expected), within=1e-6)


@pytest.mark.parametrize("mix", ["add", "concat"])
def test_the_generator_decodes_codes_without_noise(tiny, build, mix):
    """Codes alone, and codes joined with zeros, give the same images; other noise gives others."""
    game, z = build(mix), np.random.default_rng(0).normal(size=(5, tiny.z_dim)).astype(np.float32)
    alone = game.generate(z).numpy()
    none = np.zeros((5, game.noise_dim), np.float32)
    np.testing.assert_array_equal(game.generate(game.join(z, none)), alone)
    assert np.abs(game.generate(game.join(z, none + 1)).numpy() - alone).max() > 1e-3
    np.testing.assert_array_equal(game.decode(game.encode(tiny.data())), game.generate(game.encode(tiny.data())))


@pytest.mark.parametrize(("mix", "size"), [("add", 3), ("concat", 3 + NOISE)])
def test_samples_start_from_fitted_codes_joined_with_noise(tiny, build, mix, size):
    game, rows = build(mix), np.random.default_rng(0).normal(size=(400, 2)).astype(np.float32)
    assert game.sampler == "gmm"
    z = fitted.fit(game, Data("points", rows, rows), "gaussian", seed=0).draw(game, 4000, seed=1)
    codes = game.encode(rows).numpy()
    assert z.shape == (4000, size)
    spread = codes.var(axis=0) + (SIGMA**2 if mix == "add" else 0)
    np.testing.assert_allclose(z[:, :3].var(axis=0), spread, rtol=0.15)
    if mix == "concat":
        np.testing.assert_allclose(z[:, 3:].var(axis=0), 1.0, rtol=0.1)


@pytest.mark.parametrize("mix", ["add", "concat"])
def test_a_penalty_on_the_encoder_is_a_term_of_the_autoencoder_and_moves_the_encoder_alone(tiny, build, mix):
    """The squared norm of the encoder's Jacobian, not divided by the variance of the codes."""
    nothing = {"autoencoder": dict.fromkeys(WEIGHTS["autoencoder"], 0.0)}
    options = {"weight": 2.0, "on": "encoder", "estimator": "exact", "scale_free": False}
    game = tiny.ready(build(mix, nothing, penalties={"contractive": options}), {"autoencoder": 1.0})
    x = tiny.data()
    with tf.GradientTape() as tape:
        tape.watch(x)
        codes = game.encoder(x)
    value = np.mean(np.sum(tape.batch_jacobian(codes, x).numpy() ** 2, axis=(1, 2)))
    encoder, generator = (tiny.values(game.network(role).trainable_variables) for role in ("encoder", "generator"))
    logs = game.train_step(x)
    assert float(logs["autoencoder.contractive"][0]) == pytest.approx(value, rel=1e-5)
    assert float(logs["autoencoder.loss"][0]) == pytest.approx(2 * value, rel=1e-5)
    assert any((a != b).any() for a, b in zip(encoder, tiny.values(game.encoder.trainable_variables), strict=True))
    after = tiny.values(game.generator.trainable_variables)
    assert all((a == b).all() for a, b in zip(generator, after, strict=True))


def test_an_unknown_mix_is_refused(build):
    with pytest.raises(UserError, match=r"model\.mix must be add or concat, got 'ad'"):
        build("ad")
