"""CoGAN against two generators and two discriminators built here, layer by layer, that share weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts
from ganae_cli.errors import UserError
from ganae_cli.models.shared import domains


@pytest.fixture
def cogan(tiny, parts):
    """Of perceptrons with one hidden layer, on points, or of convolutions on images."""

    def built(shape=(2,), network="mlp", penalties=None, **options):
        sizes = {"mlp": {"width": 8, "depth": 1}, "dcgan": {"width": 4}}[network]
        networks = {role: {"name": network, **sizes} for role in ("generator", "discriminator")}
        given = Parts(shape, networks, adversarial="non_saturating", penalties=penalties or {})
        return parts.build("model", "cogan", parts=given, z_dim=tiny.z_dim, **options)

    return built


def ready(tiny, game, rate):
    game.rehearse(tiny.data())
    game.compile({player: keras.optimizers.SGD(rate) for player in game.players})
    return game


def leaky(x):
    return tf.where(x > 0, x, 0.2 * x)


class Apart:
    """The four networks, out of arrays: hidden layers shared, last layer of G and first kernel of D one per domain."""

    def __init__(self, game):
        w, b, v, c = (tf.Variable(x) for x in game.generator.get_weights())
        self.generator_trunk, self.heads = (
            (w, b),
            [
                (tf.Variable(v[:, :2]), tf.Variable(c[:2])),
                (tf.Variable(v[:, 2:]), tf.Variable(c[2:])),
            ],
        )
        w, b, v, c = (tf.Variable(x) for x in game.discriminator.get_weights())
        self.kernels, self.judge_trunk = [tf.Variable(w[:2]), tf.Variable(w[2:])], (b, v, c)

    def make(self, i, z):
        w, b = self.generator_trunk
        v, c = self.heads[i]
        return leaky(z @ w + b) @ v + c

    def judge(self, i, x):
        b, v, c = self.judge_trunk
        return leaky(x @ self.kernels[i] + b) @ v + c


def gradients(loss, variables):
    with tf.GradientTape() as tape:
        value = loss()
    return [
        np.zeros(v.shape) if g is None else g.numpy()
        for v, g in zip(variables, tape.gradient(value, variables), strict=True)
    ]


def test_one_step_is_two_gans_whose_shared_weights_move_by_the_sum_of_both_gradients(tiny, cogan):
    rate = 0.3
    game = cogan()
    apart = Apart(game)
    ready(tiny, game, rate).train_step(tiny.data())
    x = [tiny.data()[0::2], -tiny.data()[1::2]]  # no row is in both domains
    z = tiny.codes()[0::2]

    def judged(i):
        return tiny.yes(apart.judge(i, x[i])) + tiny.no(apart.judge(i, apart.make(i, z)))

    own = [[apart.kernels[i], *apart.judge_trunk] for i in (0, 1)]
    of = [gradients(lambda i=i: judged(i), own[i]) for i in (0, 1)]
    for i in (0, 1):
        apart.kernels[i].assign_sub(rate * of[i][0])
    for shared, first, second in zip(apart.judge_trunk, of[0][1:], of[1][1:], strict=True):
        assert np.abs(first).max() > 0
        assert np.abs(second).max() > 0
        shared.assign_sub(rate * (first + second))
    found = game.discriminator.get_weights()
    expected = [np.concatenate([k.numpy() for k in apart.kernels]), *(v.numpy() for v in apart.judge_trunk)]
    tiny.assert_near(found, expected, within=2e-6)

    own = [[*apart.heads[i], *apart.generator_trunk] for i in (0, 1)]
    of = [gradients(lambda i=i: tiny.yes(apart.judge(i, apart.make(i, z))), own[i]) for i in (0, 1)]
    for i in (0, 1):
        for variable, gradient in zip(apart.heads[i], of[i][:2], strict=True):
            variable.assign_sub(rate * gradient)
    for shared, first, second in zip(apart.generator_trunk, of[0][2:], of[1][2:], strict=True):
        shared.assign_sub(rate * (first + second))
    heads = [np.concatenate([apart.heads[0][j].numpy(), apart.heads[1][j].numpy()], axis=-1) for j in (0, 1)]
    tiny.assert_near(game.generator.get_weights(), [*(v.numpy() for v in apart.generator_trunk), *heads], within=2e-6)


def test_pairs_are_made_of_one_code_by_one_network(tiny, cogan):
    game = cogan((9, 8, 3), "dcgan")
    z = tiny.codes()
    first, second = game.pairs(z)
    assert first.shape == second.shape == (tiny.count, 9, 8, 3)
    assert np.array_equal(first, game.generate(z))
    assert np.array_equal(np.concatenate([first, second], axis=-1), game.generator(z))
    assert [v.path for v in game.variables_of("generator")] == [v.path for v in game.generator.trainable_variables]


def test_only_the_last_and_the_first_layers_know_the_domain(tiny, cogan):
    """A gradient of the first domain alone reaches half of the kernels there, and all weights elsewhere."""
    game = cogan((8, 8, 1), "dcgan")
    with tf.GradientTape() as tape:
        first, _ = game.pairs(tiny.codes())
        t = tf.reduce_sum(game.discriminators["first"](first, training=True))
    *shared, kernel, bias = tape.gradient(t, game.generator.trainable_variables)
    assert all(np.abs(g).max() > 0 for g in shared)
    assert np.abs(kernel[..., 0, :]).max() > 0  # of a transposed convolution: (side, side, out, in)
    assert np.abs(kernel[..., 1, :]).max() == 0
    assert (bias[0] != 0, bias[1] == 0) == (True, True)
    with tf.GradientTape() as tape:
        t = tf.reduce_sum(game.discriminators["second"](first, training=True))
    kernel, *shared = tape.gradient(t, game.discriminator.trainable_variables)
    assert np.abs(kernel[:, :, 0]).max() == 0
    assert np.abs(kernel[:, :, 1]).max() > 0
    assert all(np.abs(g).max() > 0 for g in shared)


def test_a_penalty_differentiates_by_the_picture_alone_and_sums_both_domains(tiny, cogan):
    """R1 = 1/2 E ||grad_x_i D_i(x_i)||^2 of each; the zeros that stand for the other domain are no input."""
    game = ready(tiny, cogan(penalties={"r1": {"weight": 0.5}}), 0.0)
    apart, expected = Apart(game), 0.0
    for i, x in enumerate((tiny.data()[0::2], -tiny.data()[1::2])):
        with tf.GradientTape() as tape:
            tape.watch(x)
            t = apart.judge(i, x)
        expected += 0.5 * float(tf.reduce_mean(tf.reduce_sum(tape.gradient(t, x) ** 2, axis=1)))
    logs = {name: float(value[0]) for name, value in game.train_step(tiny.data()).items()}
    assert logs["discriminator.r1"] == pytest.approx(expected, rel=1e-5)
    four = ("first_real", "first_fake", "second_real", "second_fake")
    total = sum(logs[f"discriminator.{name}"] for name in four) + 0.5 * expected
    assert logs["discriminator.loss"] == pytest.approx(total, rel=1e-5)


def test_kernel_decay_is_of_the_network_once(tiny, cogan):
    game = ready(tiny, cogan(penalties={"l2": {"weight": 0.5}}), 0.0)
    kernels = [v.numpy() for v in game.discriminator.trainable_variables if v.name == "kernel"]
    logs = game.train_step(tiny.data())
    assert float(logs["discriminator.l2"][0]) == pytest.approx(sum(np.sum(k**2) for k in kernels), rel=1e-5)


def test_edges_are_the_widened_image_less_the_image():
    """Of a white square of 2x2 on black: a ring of white around it, twelve pixels; of [0, 1]: dilation minus image."""
    x = np.full((1, 6, 6, 1), -1.0, np.float32)
    x[0, 2:4, 2:4] = 1.0
    found = domains.DOMAINS["edges"](tf.constant(x)).numpy()[0, :, :, 0]
    ring = np.zeros((6, 6))
    ring[1:5, 1:5] = 1
    ring[2:4, 2:4] = 0
    assert np.array_equal(found, 2 * ring - 1)
    grey = np.random.default_rng(0).uniform(-1, 1, (1, 5, 7, 3)).astype(np.float32)
    u = np.pad((grey + 1) / 2, ((0, 0), (1, 1), (1, 1), (0, 0)))
    widest = np.max([u[:, i : i + 5, j : j + 7] for i in range(3) for j in range(3)], axis=0)
    expected = 2 * (widest - (grey + 1) / 2) - 1
    np.testing.assert_allclose(domains.DOMAINS["edges"](tf.constant(grey)), expected, atol=1e-6)


def test_what_has_no_second_domain_is_refused(tiny, cogan):
    with pytest.raises(UserError, match="domain=edges is of images, but the data are points; use domain=inverted"):
        cogan(domain="edges")
    with pytest.raises(UserError, match="domain must be one of inverted, edges, got 'edge'; did you mean 'edges'"):
        cogan(domain="edge")
    with pytest.raises(UserError, match="needs a batch of 2 or more"):
        cogan().rehearse(tiny.data()[:1])
