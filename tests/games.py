"""Fixtures of the tests of games: `tiny` builds games of tiny networks, `toy` a game of two numbers."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Game, Parts
from ganae_cli.runtime.rng import Noise

Z_DIM, COUNT = 3, 8
ROLES = {
    "gan": ("generator", "discriminator"),
    "autoencoder": ("encoder", "decoder"),
    "aegan": ("encoder", "generator", "discriminator", "code_discriminator"),
}
LOSSES = {
    "gan": {"adversarial": "non_saturating"},
    "autoencoder": {"reconstruction": "mae"},
    "aegan": {"adversarial": "non_saturating", "reconstruction": "mae"},
}
AEGAN_WEIGHTS = {  # all different, so that none can stand in for another
    "autoencoder": {
        "reconstruction": 10.0,
        "code_reconstruction": 5.0,
        "fool_sample": 2.0,
        "fool_reconstruction": 3.0,
        "fool_code": 4.0,
        "fool_code_reconstruction": 0.5,
    }
}

DISCRIMINATORS = ("discriminator", "code_discriminator")
BOTH = {"adversarial": "non_saturating", "reconstruction": "mae"}
ROLES |= {
    "aae": ("encoder", "generator", "code_discriminator"),
    "wae_gan": ("encoder", "generator", "code_discriminator"),
    "vaegan": ("encoder", "generator", "discriminator"),
    "alpha_gan": ("encoder", "generator", *DISCRIMINATORS),
    "bigan": ("encoder", "generator", "discriminator", "pair_discriminator"),
    "veegan": ("encoder", "generator", "discriminator", "pair_discriminator"),
    "alae": ("mapper", "generator", "encoder", "discriminator"),
    "hybrid": ("encoder", "generator", *DISCRIMINATORS),
}
LOSSES |= {"aae": BOTH, "wae_gan": BOTH, "alpha_gan": BOTH, "hybrid": BOTH}
LOSSES |= {name: {"adversarial": "non_saturating"} for name in ("vaegan", "bigan", "veegan", "alae")}


class Tiny:
    """Build games of perceptrons with one hidden layer on points of two numbers; give their data and noise."""

    z_dim, count, roles = Z_DIM, COUNT, ROLES
    weights = {"gan": None, "autoencoder": None, "aegan": AEGAN_WEIGHTS}

    def __init__(self, registry):
        self.registry = registry

    def build(self, name, norm="none", weights=None, networks=None, options=None, **losses):
        """Return a game as its config would build it; networks: added to those of its roles, or instead of them."""
        tiny = {role: {"name": "mlp", "width": 8, "depth": 1, "norm": norm} for role in ROLES[name]}
        given = Parts((2,), tiny | (networks or {}), **(LOSSES[name] | losses))
        game = self.registry.build("model", name, parts=given, z_dim=Z_DIM, weights=weights, **(options or {}))
        given.settled(name)
        return game

    def ready(self, game, rates=0.0, ema=0.0):
        """Return the game rehearsed and compiled for gradient descent; rates: of all players, or player -> rate."""
        rates = rates if isinstance(rates, dict) else dict.fromkeys(game.players, rates)
        game.rehearse(self.data())
        game.compile({p: keras.optimizers.SGD(rates.get(p, 0.0)) for p in game.optimizer_owners}, ema=ema)
        return game

    def data(self, step=0):
        """Return the batch of a step."""
        return tf.constant(np.random.default_rng(step).normal(size=(COUNT, 2)), tf.float32)

    def stream(self, steps):
        """Return a dataset of the batches of the first steps."""
        return tf.data.Dataset.from_tensor_slices(tf.concat([self.data(s) for s in range(steps)], 0)).batch(COUNT, True)

    def codes(self, step=0):
        """Return the latent codes of the prior that a game's `forward` draws in a step, with the game's seed."""
        return Noise(0, step, COUNT, label="observe").normal(Z_DIM)

    def noise(self, step=0, label="observe"):
        """Return the noise of a part of a step, from its beginning: by default of `forward`."""
        return Noise(0, step, COUNT, label=label)

    def values(self, variables):
        """Return variables as arrays."""
        return [v.numpy() for v in variables]

    def as_real(self, logits):
        """Return the cross-entropy of logits with the label real: -log sigmoid(t), mean."""
        return tf.reduce_mean(tf.math.log1p(tf.exp(-logits)))

    def as_fake(self, logits):
        """Return the cross-entropy of logits with the label fake: -log(1 - sigmoid(t)), mean."""
        return tf.reduce_mean(tf.math.log1p(tf.exp(logits)))

    def gradient(self, loss, variables):
        """Return (gradient by the variables as arrays, value) of a function without arguments."""
        with tf.GradientTape() as tape:
            value = loss()
        return self.values(tape.gradient(value, variables)), float(value)

    def descend(self, rate, *players):
        """Do one step of gradient descent of players that move at once; players: (loss, the networks it moves)."""
        owned = [[v for network in networks for v in network.trainable_variables] for _, networks in players]
        all_gradients = [self.gradient(loss, own)[0] for (loss, _), own in zip(players, owned, strict=True)]
        for own, gradients in zip(owned, all_gradients, strict=True):
            for variable, gradient in zip(own, gradients, strict=True):
                variable.assign_sub(rate * gradient)

    def assert_same_networks(self, game, other, before, within=1e-5):
        """Assert that each network is the same in both games and has changed since the game `before`."""
        for one, two, old in zip(*(self.networks_of(g) for g in (game, other, before)), strict=True):
            self.assert_near(self.values(one.trainable_variables), self.values(two.trainable_variables), within)
            pairs = zip(one.trainable_variables, old.trainable_variables, strict=True)
            assert any(np.abs(v.numpy() - w.numpy()).max() > 1e-4 for v, w in pairs), one.name

    def networks_of(self, game):
        """Return every network of a game."""
        return [game.network(role) for owned in game.players.values() for role in owned]

    def assert_near(self, found, expected, within):
        """Assert that lists of arrays are equal within an absolute and relative tolerance `within`."""
        assert len(found) == len(expected) > 0
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=within, atol=within)


@pytest.fixture(scope="session")
def tiny(parts):
    return Tiny(parts)


class Number(keras.Layer):
    """A network of one number."""

    def __init__(self, value):
        super().__init__()
        self.value = self.add_weight(shape=(), initializer=keras.initializers.Constant(value))


@pytest.fixture
def toy():
    """Return a function that builds a game of two numbers, a = 2 and b = 3; losses: (a's, b's) of (game, outputs)."""

    def made(losses, order, rate=1.0):
        class Toy(Game):
            players, rounds = {"a": ("first",), "b": ("second",)}, order

            def __init__(self):
                super().__init__(Parts((1,), {}), z_dim=1)
                self.first, self.second = Number(2.0), Number(3.0)

            def forward(self, x):
                return SimpleNamespace(a=1.0 * self.first.value)

            def a_loss(self, outputs):
                return {"term": losses[0](self, outputs)}

            def b_loss(self, outputs):
                return {"term": losses[1](self, outputs)}

        game, x = Toy(), tf.zeros((4, 1))
        game.rehearse(x)
        game.compile({p: keras.optimizers.SGD(rate) for p in game.players})
        return game, x

    return made
