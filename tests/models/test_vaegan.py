"""VAE-GAN against its Algorithm 1, written out here; which gradient reaches which network; the equilibrium."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError

GAMMA = {"generator": {"similarity": 0.3}}


def features_and_logits(discriminator, images):
    """Return the input of the last layer, and the logits."""
    *hidden, last = discriminator.layers
    for layer in hidden:
        images = layer(images)
    return images, last(images)


def networks(game):
    return game.encoder, game.generator, game.discriminator


class Algorithm1:
    """The losses of one forward pass, as functions of the networks."""

    def __init__(self, tiny, game, x, e, z):
        self.tiny, self.x, self.e, self.z = tiny, x, e, z
        self.E, self.G, self.D = networks(game)

    def pass_(self):
        outputs = self.E(self.x)
        mean, log_variance = outputs[:, : self.tiny.z_dim], outputs[:, self.tiny.z_dim :]
        x_tilde = self.G(mean + tf.exp(log_variance / 2) * self.e)
        images = self.x, x_tilde, self.G(self.z)
        (f, real), (f_tilde, reconstruction), (_, sample) = (features_and_logits(self.D, y) for y in images)
        kl = -0.5 * tf.reduce_sum(1 + log_variance - mean**2 - tf.exp(log_variance), axis=1)
        like = tf.reduce_mean(0.5 * tf.reduce_sum((f - f_tilde) ** 2, axis=1))
        return tf.reduce_mean(kl), like, real, sample, reconstruction

    def encoder(self):
        prior, like, *_ = self.pass_()
        return prior + like

    def generator(self):
        """gamma L_like - L_GAN, with the minimax loss: log(1 - D) of both fakes."""
        _, like, _, sample, reconstruction = self.pass_()
        return 0.3 * like - self.tiny.as_fake(sample) - self.tiny.as_fake(reconstruction)

    def discriminator(self):
        *_, real, sample, reconstruction = self.pass_()
        return self.tiny.as_real(real) + self.tiny.as_fake(sample) + self.tiny.as_fake(reconstruction)


def noise_and_codes(tiny, step=0):
    """Return the encoder's noise, then the prior's codes."""
    noise = tiny.noise(step)
    return noise.normal(tiny.z_dim), noise.normal(tiny.z_dim)


def test_two_steps_are_algorithm_1(tiny):
    """All three players move at once, from one forward pass."""
    build = {"weights": GAMMA, "adversarial": "minimax"}
    game, plain = tiny.build("vaegan", **build), tiny.build("vaegan", **build)
    tiny.ready(game, 0.05)
    E, G, D = networks(plain)
    for step in range(2):
        game.train_step(tiny.data(step))
        paper = Algorithm1(tiny, plain, tiny.data(step), *noise_and_codes(tiny, step))
        tiny.descend(0.05, (paper.encoder, (E,)), (paper.generator, (G,)), (paper.discriminator, (D,)))
    tiny.assert_same_networks(game, plain, before=tiny.build("vaegan"))


def test_with_minimax_the_generator_maximises_the_loss_of_the_discriminator(tiny):
    """Its adversarial gradient is minus that of the discriminator's whole loss. One library has plus."""
    game = tiny.build("vaegan", weights={"generator": {"similarity": 0.0}}, adversarial="minimax")
    tiny.ready(game, {"generator": 1.0})
    paper = Algorithm1(tiny, game, tiny.data(), *noise_and_codes(tiny))
    ascent, _ = tiny.gradient(paper.discriminator, game.generator.trainable_variables)
    before = tiny.values(game.generator.trainable_variables)
    game.train_step(tiny.data())
    moved = [a - b for a, b in zip(tiny.values(game.generator.trainable_variables), before, strict=True)]
    tiny.assert_near(moved, ascent, within=1e-6)
    assert all(np.abs(g).max() > 1e-3 for g in ascent)


def after_a_step(tiny, network, **build):
    """Return a network's weights after one step of all players."""
    game = tiny.ready(tiny.build("vaegan", **build), 0.1)
    game.train_step(tiny.data())
    return tiny.values(game.network(network).trainable_variables)


def test_adversarial_terms_have_no_gradient_in_the_encoder(tiny):
    """The encoder moves alike, bit for bit, with other adversarial losses and weights."""
    heavy = {"generator": {"fool_sample": 50.0, "fool_reconstruction": 50.0}, "discriminator": {"real": 50.0}}
    one, other = after_a_step(tiny, "encoder"), after_a_step(tiny, "encoder", weights=heavy, adversarial="hinge")
    tiny.assert_near(one, other, within=0)


def test_similarity_has_no_gradient_in_the_discriminator(tiny):
    heavy = {"generator": {"similarity": 50.0}, "encoder": {"similarity": 50.0}}
    one, other = after_a_step(tiny, "discriminator"), after_a_step(tiny, "discriminator", weights=heavy)
    tiny.assert_near(one, other, within=0)


def logit(loss):
    """Return the t for which softplus(t) is the loss."""
    return np.log(np.expm1(loss))


@pytest.mark.parametrize(
    ("real", "fake", "moves"),
    [
        (0.68, 0.68, (1, 1)),
        (0.68, 0.32, (0, 1)),  # the discriminator is far ahead on fakes
        (0.32, 0.68, (0, 1)),
        (1.04, 0.68, (1, 0)),  # it is far behind on real data
        (0.68, 1.04, (1, 0)),
        (0.32, 1.04, (1, 1)),  # both would rest
        (0.34, 1.02, (1, 1)),  # within the margin
    ],
)
def test_the_equilibrium_stops_the_player_that_is_ahead(tiny, real, fake, moves):
    """The gates equal those of the authors' program, for logits of the given losses; fakes: the mean of both kinds."""
    game = tiny.build("vaegan", options={"equilibrium": 0.68, "margin": 0.35})
    fakes = {"sample": tf.fill((4, 1), logit(fake - 0.1)), "reconstruction": tf.fill((4, 1), logit(fake + 0.1))}
    outputs = SimpleNamespace(real=-tf.fill((4, 1), logit(real)), fakes=fakes)
    assert (float(game.gate("discriminator", {}, outputs)), float(game.gate("generator", {}, outputs))) == moves
    assert game.gate("encoder", {}, outputs) is None
    assert tiny.build("vaegan").gate("generator", {}, outputs) is None


@pytest.mark.parametrize(("equilibrium", "resting"), [(100.0, "discriminator"), (1e-3, "generator"), (None, None)])
def test_a_player_at_rest_does_not_move(tiny, equilibrium, resting):
    game = tiny.ready(tiny.build("vaegan", options={"equilibrium": equilibrium, "margin": 0.0}), 0.1)
    before = {player: tiny.values(game.variables_of(player)) for player in game.players}
    game.train_step(tiny.data())
    stayed = {
        player
        for player, values in before.items()
        if all((a == b).all() for a, b in zip(values, tiny.values(game.variables_of(player)), strict=True))
    }
    assert stayed == ({resting} if resting else set())


def test_similarity_compares_activations_of_the_chosen_layer(tiny):
    """Layer 1 is the dense one of this discriminator, before its activation."""
    game = tiny.build("vaegan", options={"similarity_layer": 1})
    x, (e, _) = tiny.data(), noise_and_codes(tiny)
    outputs = game.encoder(x)
    x_tilde = game.generator(outputs[:, : tiny.z_dim] + tf.exp(outputs[:, tiny.z_dim :] / 2) * e)
    f, f_tilde = (game.discriminator.layers[1](y).numpy() for y in (x, x_tilde))
    logs = tiny.ready(game).train_step(x)
    expected = np.mean(np.sum((f - f_tilde) ** 2, axis=1)) / 2
    assert float(logs["encoder.similarity"][0]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("layer", [-1, 3, 4, -5])
def test_a_layer_that_is_not_hidden_is_refused(tiny, layer):
    with pytest.raises(UserError, match=rf"'discriminator' has no hidden layer {layer}: choose from -4 to -2"):
        tiny.build("vaegan", options={"similarity_layer": layer})


def test_the_code_is_the_mean_of_the_posterior(tiny):
    game = tiny.build("vaegan")
    assert (game.encode(tiny.data()).numpy() == game.encoder(tiny.data()).numpy()[:, : tiny.z_dim]).all()
