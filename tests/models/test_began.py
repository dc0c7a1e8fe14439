"""BEGAN against a loop written out here: the players' gradients of L(x) and L(G(z)), and the recursion of k_t."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts


@pytest.fixture
def began(tiny, parts):
    """Return a function that builds a BEGAN of tiny perceptrons; options: those of the page."""

    def built(weights=None, **options):
        networks = {role: {"name": "mlp", "width": 8, "depth": 1} for role in ("generator", "encoder", "decoder")}
        given = Parts((2,), networks, reconstruction="mae")
        return parts.build("model", "began", parts=given, z_dim=tiny.z_dim, weights=weights, **options)

    return built


def ready(tiny, game, rate):
    game.rehearse(tiny.data())
    game.compile({player: keras.optimizers.SGD(rate) for player in game.players})
    return game


def own(game, player):
    roles = {"discriminator": ("encoder", "decoder"), "generator": ("generator",)}[player]
    return [v for role in roles for v in game.network(role).trainable_variables]


def mean_error(game, images):
    """L(v) = |v - D(v)|, D an autoencoder; the mean over numbers and batch."""
    return tf.reduce_mean(tf.abs(images - game.decoder(game.encoder(images))))


def test_three_steps_are_those_of_the_paper(tiny, began):
    """L_D = L(x) - k_t L(G(z)), L_G = L(G(z)), both from the weights before the step; k in NumPy."""
    gamma, k_rate, rate, k = 0.9, 0.1, 0.2, 0.5
    game, plain = (began(diversity_ratio=gamma, k_rate=k_rate) for _ in range(2))
    ready(tiny, game, rate).k.assign(k)
    ks = []
    for step in range(3):
        x, z = tiny.data(step), tiny.codes(step)
        real, fake = (float(mean_error(plain, images)) for images in (x, plain.generator(z)))
        gradients = {
            "discriminator": tiny.gradient(
                lambda x=x, z=z, k=k: mean_error(plain, x) - k * mean_error(plain, plain.generator(z)),
                own(plain, "discriminator"),
            )[0],
            "generator": tiny.gradient(lambda z=z: mean_error(plain, plain.generator(z)), own(plain, "generator"))[0],
        }
        for player, of_player in gradients.items():
            for variable, gradient in zip(own(plain, player), of_player, strict=True):
                variable.assign_sub(rate * gradient)
        logs = {name: float(value[0]) for name, value in game.train_step(x).items()}
        balance = gamma * real - fake
        expected = {
            "discriminator.real": real,
            "discriminator.fake": -k * fake,
            "discriminator.k": k,
            "discriminator.balance": balance,
            "discriminator.convergence": real + abs(balance),
            "discriminator.loss": real - k * fake,
            "generator.fool": fake,
            "generator.loss": fake,
        }
        assert logs == pytest.approx(expected, rel=1e-4, abs=1e-6)
        k = float(np.clip(k + k_rate * balance, 0, 1))
        ks.append(k)
        assert float(game.k) == pytest.approx(k, rel=1e-4)
        for player in gradients:
            tiny.assert_near(tiny.values(own(game, player)), tiny.values(own(plain, player)), within=2e-6)
    assert all(0 < k < 1 for k in ks), "clipping would hide the recursion"


def test_k_starts_at_0(began):
    assert float(began().k) == 0


def test_k_stays_between_0_and_1(tiny, began):
    for gamma, end in ((1.0, 1.0), (1e-6, 0.0)):
        game = ready(tiny, began(diversity_ratio=gamma, k_rate=1e4), 0.0)
        found = [float(game.train_step(tiny.data())["discriminator.balance"][0]), float(game.k)]
        assert found[1] == (end if found[0] > 0 else 0.0)
        assert gamma == 1.0 or found[0] < 0


def test_measured_terms_stay_without_weight_if_other_weights_are_given(tiny, began):
    game = ready(tiny, began(weights={"discriminator": {"real": 3.0}}), 0.0)
    logs = {name: float(value[0]) for name, value in game.train_step(tiny.data()).items()}
    assert logs["discriminator.loss"] == pytest.approx(3 * logs["discriminator.real"], rel=1e-6)
