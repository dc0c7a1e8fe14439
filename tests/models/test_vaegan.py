"""VAE-GAN against its Algorithm 1, written out here; who gets which gradient; the equilibrium."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError

GAMMA = {"generator": {"similarity": 0.3}}


def look(discriminator, images):
    """Features before the last layer, and logits."""
    *hidden, last = discriminator.layers
    for layer in hidden:
        images = layer(images)
    return images, last(images)


def networks(game):
    return game.encoder, game.generator, game.discriminator


class Algorithm1:
    """The losses of one pass, as functions of the networks."""

    def __init__(self, tiny, game, x, e, z):
        self.tiny, self.x, self.e, self.z = tiny, x, e, z
        self.E, self.G, self.D = networks(game)

    def pass_(self):
        outputs = self.E(self.x)
        mean, log_variance = outputs[:, : self.tiny.z_dim], outputs[:, self.tiny.z_dim :]
        x_tilde = self.G(mean + tf.exp(log_variance / 2) * self.e)
        (f, real), (f_tilde, rebuilt), (_, sample) = (look(self.D, y) for y in (self.x, x_tilde, self.G(self.z)))
        kl = -0.5 * tf.reduce_sum(1 + log_variance - mean**2 - tf.exp(log_variance), axis=1)
        like = tf.reduce_mean(0.5 * tf.reduce_sum((f - f_tilde) ** 2, axis=1))
        return tf.reduce_mean(kl), like, real, sample, rebuilt

    def encoder(self):
        prior, like, *_ = self.pass_()
        return prior + like

    def generator(self):
        """gamma L_like - L_GAN, the minimax way: log(1 - D) of both fakes."""
        _, like, _, sample, rebuilt = self.pass_()
        return 0.3 * like - self.tiny.no(sample) - self.tiny.no(rebuilt)

    def discriminator(self):
        *_, real, sample, rebuilt = self.pass_()
        return self.tiny.yes(real) + self.tiny.no(sample) + self.tiny.no(rebuilt)


def drawn(tiny, step=0):
    """The encoder's noise, then the prior's codes."""
    draws = tiny.draws(step)
    return draws.normal(tiny.z_dim), draws.normal(tiny.z_dim)


def test_a_step_is_algorithm_1(tiny):
    """All three from one pass, at once."""
    build = {"weights": GAMMA, "adversarial": "minimax"}
    game, plain = tiny.build("vaegan", **build), tiny.build("vaegan", **build)
    tiny.ready(game, 0.05)
    E, G, D = networks(plain)
    for step in range(2):
        game.train_step(tiny.data(step))
        paper = Algorithm1(tiny, plain, tiny.data(step), *drawn(tiny, step))
        tiny.descend(0.05, (paper.encoder, (E,)), (paper.generator, (G,)), (paper.discriminator, (D,)))
    tiny.assert_same_networks(game, plain, before=tiny.build("vaegan"))


def test_the_generator_wins_exactly_what_the_discriminator_loses(tiny):
    """Under minimax its adversarial gradient is minus that of the discriminator's whole loss. One library has plus."""
    game = tiny.build("vaegan", weights={"generator": {"similarity": 0.0}}, adversarial="minimax")
    tiny.ready(game, {"generator": 1.0})
    paper = Algorithm1(tiny, game, tiny.data(), *drawn(tiny))
    lost, _ = tiny.gradient(paper.discriminator, game.generator.trainable_variables)
    before = tiny.values(game.generator.trainable_variables)
    game.train_step(tiny.data())
    moved = [a - b for a, b in zip(tiny.values(game.generator.trainable_variables), before, strict=True)]
    tiny.assert_near(moved, lost, within=1e-6)
    assert all(np.abs(g).max() > 1e-3 for g in lost)


def moved(tiny, network, **build):
    game = tiny.ready(tiny.build("vaegan", **build), 0.1)
    game.train_step(tiny.data())
    return tiny.values(getattr(game, network).trainable_variables)


def test_what_the_discriminator_says_does_not_reach_the_encoder(tiny):
    """Whatever the adversarial loss and its weights, bit for bit."""
    heavy = {"generator": {"fool_sample": 50.0, "fool_reconstruction": 50.0}, "discriminator": {"real": 50.0}}
    one, other = moved(tiny, "encoder"), moved(tiny, "encoder", weights=heavy, adversarial="hinge")
    tiny.assert_near(one, other, within=0)


def test_similarity_does_not_reach_the_discriminator(tiny):
    heavy = {"generator": {"similarity": 50.0}, "encoder": {"similarity": 50.0}}
    one, other = moved(tiny, "discriminator"), moved(tiny, "discriminator", weights=heavy)
    tiny.assert_near(one, other, within=0)


def logit(cost):
    """The t of which softplus(t) is the cost."""
    return np.log(np.expm1(cost))


@pytest.mark.parametrize(
    ("real", "fake", "moves"),
    [
        (0.68, 0.68, (1, 1)),
        (0.68, 0.32, (0, 1)),  # the discriminator is far ahead with fakes
        (0.32, 0.68, (0, 1)),
        (1.04, 0.68, (1, 0)),  # it is far behind with real data
        (0.68, 1.04, (1, 0)),
        (0.32, 1.04, (1, 1)),  # both would rest
        (0.34, 1.02, (1, 1)),  # within the margin
    ],
)
def test_the_equilibrium_stops_who_is_ahead(tiny, real, fake, moves):
    """As in the program of the authors, for costs worked into logits; the two kinds of fakes are one mean."""
    game = tiny.build("vaegan", options={"equilibrium": 0.68, "margin": 0.35})
    fakes = {"sample": tf.fill((4, 1), logit(fake - 0.1)), "reconstruction": tf.fill((4, 1), logit(fake + 0.1))}
    seen = SimpleNamespace(real=-tf.fill((4, 1), logit(real)), fakes=fakes)
    assert (float(game.gate("discriminator", {}, seen)), float(game.gate("generator", {}, seen))) == moves
    assert game.gate("encoder", {}, seen) is None
    assert tiny.build("vaegan").gate("generator", {}, seen) is None


@pytest.mark.parametrize(("equilibrium", "resting"), [(100.0, "discriminator"), (1e-3, "generator"), (None, None)])
def test_who_rests_does_not_move(tiny, equilibrium, resting):
    game = tiny.ready(tiny.build("vaegan", options={"equilibrium": equilibrium, "margin": 0.0}), 0.1)
    before = {player: tiny.values(game.variables_of(player)) for player in game.players}
    game.train_step(tiny.data())
    stayed = {
        player
        for player, values in before.items()
        if all((a == b).all() for a, b in zip(values, tiny.values(game.variables_of(player)), strict=True))
    }
    assert stayed == ({resting} if resting else set())


def test_similarity_is_of_the_layer_that_is_asked_for(tiny):
    """Layer 1 is the dense one of this discriminator, before its activation."""
    game = tiny.build("vaegan", options={"similarity_layer": 1})
    x, (e, _) = tiny.data(), drawn(tiny)
    outputs = game.encoder(x)
    x_tilde = game.generator(outputs[:, : tiny.z_dim] + tf.exp(outputs[:, tiny.z_dim :] / 2) * e)
    f, f_tilde = (game.discriminator.layers[1](y).numpy() for y in (x, x_tilde))
    logs = tiny.ready(game).train_step(x)
    expected = np.mean(np.sum((f - f_tilde) ** 2, axis=1)) / 2
    assert float(logs["encoder.similarity"][0]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("layer", [-1, 3, 4, -5])
def test_a_layer_that_gives_no_features_is_refused(tiny, layer):
    with pytest.raises(UserError, match=rf"'discriminator' has no hidden layer {layer}: choose from -4 to -2"):
        tiny.build("vaegan", options={"similarity_layer": layer})


def test_a_code_is_the_mean_of_its_posterior(tiny):
    game = tiny.build("vaegan")
    assert (game.encode(tiny.data()).numpy() == game.encoder(tiny.data()).numpy()[:, : tiny.z_dim]).all()
