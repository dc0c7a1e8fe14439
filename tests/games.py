"""Games of tiny networks, and what the tests of games share."""

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

JUDGES, BOTH = ("discriminator", "code_discriminator"), {"adversarial": "non_saturating", "reconstruction": "mae"}
ROLES |= {
    "aae": ("encoder", "generator", "code_discriminator"),
    "wae_gan": ("encoder", "generator", "code_discriminator"),
    "vaegan": ("encoder", "generator", "discriminator"),
    "alpha_gan": ("encoder", "generator", *JUDGES),
    "bigan": ("encoder", "generator", "discriminator", "pair_discriminator"),
    "veegan": ("encoder", "generator", "discriminator", "pair_discriminator"),
    "alae": ("mapper", "generator", "encoder", "discriminator"),
    "hybrid": ("encoder", "generator", *JUDGES),
}
LOSSES |= {"aae": BOTH, "wae_gan": BOTH, "alpha_gan": BOTH, "hybrid": BOTH}
LOSSES |= {name: {"adversarial": "non_saturating"} for name in ("vaegan", "bigan", "veegan", "alae")}


class Tiny:
    """Data, games and their numbers. Games are of perceptrons with one hidden layer, on points of two numbers."""

    z_dim, count, roles = Z_DIM, COUNT, ROLES
    weights = {"gan": None, "autoencoder": None, "aegan": AEGAN_WEIGHTS}

    def __init__(self, registry):
        self.registry = registry

    def build(self, name, norm="none", weights=None, networks=None, options=None, **losses):
        """A game as its config would make it; networks: besides or instead of those of its roles."""
        tiny = {role: {"name": "mlp", "width": 8, "depth": 1, "norm": norm} for role in ROLES[name]}
        given = Parts((2,), tiny | (networks or {}), **(LOSSES[name] | losses))
        game = self.registry.build("model", name, parts=given, z_dim=Z_DIM, weights=weights, **(options or {}))
        given.settled(name)
        return game

    def ready(self, game, rates=0.0, ema=0.0):
        """The game rehearsed and compiled for gradient descent; rates: of all players, or player -> rate."""
        rates = rates if isinstance(rates, dict) else dict.fromkeys(game.players, rates)
        game.rehearse(self.data())
        game.compile({p: keras.optimizers.SGD(rates.get(p, 0.0)) for p in game.players}, ema=ema)
        return game

    def data(self, step=0):
        """The batch of a step."""
        return tf.constant(np.random.default_rng(step).normal(size=(COUNT, 2)), tf.float32)

    def stream(self, steps):
        """The batches of so many steps."""
        return tf.data.Dataset.from_tensor_slices(tf.concat([self.data(s) for s in range(steps)], 0)).batch(COUNT, True)

    def codes(self, step=0):
        """The prior's codes of a step: they are drawn in `observe`, with the game's seed."""
        return Noise(0, step, COUNT, label="observe").normal(Z_DIM)

    def draws(self, step=0, label="observe"):
        """Every draw of a part of a step, in the order of the calls."""
        return Noise(0, step, COUNT, label=label)

    def values(self, variables):
        """As arrays."""
        return [v.numpy() for v in variables]

    def yes(self, logits):
        """-log sigmoid(t): the price of not being taken for real."""
        return tf.reduce_mean(tf.math.log1p(tf.exp(-logits)))

    def no(self, logits):
        """-log(1 - sigmoid(t)): the price of being taken for real."""
        return tf.reduce_mean(tf.math.log1p(tf.exp(logits)))

    def gradient(self, loss, variables):
        """(gradient by the variables as arrays, value) of a function without arguments."""
        with tf.GradientTape() as tape:
            value = loss()
        return self.values(tape.gradient(value, variables)), float(value)

    def descend(self, rate, *moves):
        """Gradient descent of players who move at once; moves: (loss, its networks), each a function of nothing."""
        owned = [[v for network in networks for v in network.trainable_variables] for _, networks in moves]
        found = [self.gradient(loss, own)[0] for (loss, _), own in zip(moves, owned, strict=True)]
        for own, gradients in zip(owned, found, strict=True):
            for variable, gradient in zip(own, gradients, strict=True):
                variable.assign_sub(rate * gradient)

    def assert_same_networks(self, game, other, before, within=1e-5):
        """Network by network, the same in both and none as in the game before."""
        for one, two, old in zip(*(self.networks_of(g) for g in (game, other, before)), strict=True):
            self.assert_near(self.values(one.trainable_variables), self.values(two.trainable_variables), within)
            pairs = zip(one.trainable_variables, old.trainable_variables, strict=True)
            assert any(np.abs(v.numpy() - w.numpy()).max() > 1e-4 for v, w in pairs), one.name

    def networks_of(self, game):
        """Every network of a game."""
        return [getattr(game, role) for owned in game.players.values() for role in owned]

    def assert_near(self, found, expected, within):
        """Lists of arrays, number by number; within: of numbers up to 1 the difference, of larger ones its share."""
        assert len(found) == len(expected) > 0
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=within, atol=within)


@pytest.fixture(scope="session")
def tiny(parts):
    return Tiny(parts)


class Number(keras.Layer):
    """A network that is one number."""

    def __init__(self, value):
        super().__init__()
        self.value = self.add_weight(shape=(), initializer=keras.initializers.Constant(value))


@pytest.fixture
def toy():
    """A game of two numbers, a = 2 and b = 3; losses: (a's, b's) as functions of (game, what was observed of a)."""

    def made(losses, order, rate=1.0):
        class Toy(Game):
            players, rounds = {"a": ("first",), "b": ("second",)}, order

            def __init__(self):
                super().__init__(Parts((1,), {}), z_dim=1)
                self.first, self.second = Number(2.0), Number(3.0)

            def forward(self, x):
                return SimpleNamespace(a=1.0 * self.first.value)

            def a_loss(self, seen):
                return {"term": losses[0](self, seen)}

            def b_loss(self, seen):
                return {"term": losses[1](self, seen)}

        game, x = Toy(), tf.zeros((4, 1))
        game.rehearse(x)
        game.compile({p: keras.optimizers.SGD(rate) for p in game.players})
        return game, x

    return made
