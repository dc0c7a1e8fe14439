"""CoGAN against two generators and two discriminators that are built here from arrays and share weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts
from ganae_cli.errors import UserError


@pytest.fixture
def cogan(tiny, parts):
    """Return a function that builds a CoGAN: one hidden layer for points, convolutions for images."""

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


class FourNetworks:
    """Two generators and two discriminators: hidden layers shared, last layer of G and first kernel of D per domain."""

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
        self.kernels, self.discriminator_trunk = [tf.Variable(w[:2]), tf.Variable(w[2:])], (b, v, c)

    def generate(self, i, z):
        w, b = self.generator_trunk
        v, c = self.heads[i]
        return leaky(z @ w + b) @ v + c

    def logits(self, i, x):
        b, v, c = self.discriminator_trunk
        return leaky(x @ self.kernels[i] + b) @ v + c


def gradients(loss, variables):
    with tf.GradientTape() as tape:
        value = loss()
    return [
        np.zeros(v.shape) if g is None else g.numpy()
        for v, g in zip(variables, tape.gradient(value, variables), strict=True)
    ]


def test_a_step_is_that_of_two_gans_and_shared_weights_move_by_the_sum_of_both_gradients(tiny, cogan):
    rate = 0.3
    game = cogan()
    four = FourNetworks(game)
    ready(tiny, game, rate).train_step(tiny.data())
    x = [tiny.data()[0::2], -tiny.data()[1::2]]  # no row is in both domains
    z = tiny.codes()[0::2]

    def discriminator(i):
        return tiny.as_real(four.logits(i, x[i])) + tiny.as_fake(four.logits(i, four.generate(i, z)))

    own = [[four.kernels[i], *four.discriminator_trunk] for i in (0, 1)]
    of = [gradients(lambda i=i: discriminator(i), own[i]) for i in (0, 1)]
    for i in (0, 1):
        four.kernels[i].assign_sub(rate * of[i][0])
    for shared, first, second in zip(four.discriminator_trunk, of[0][1:], of[1][1:], strict=True):
        assert np.abs(first).max() > 0
        assert np.abs(second).max() > 0
        shared.assign_sub(rate * (first + second))
    found = game.discriminator.get_weights()
    expected = [np.concatenate([k.numpy() for k in four.kernels]), *(v.numpy() for v in four.discriminator_trunk)]
    tiny.assert_near(found, expected, within=2e-6)

    own = [[*four.heads[i], *four.generator_trunk] for i in (0, 1)]
    of = [gradients(lambda i=i: tiny.as_real(four.logits(i, four.generate(i, z))), own[i]) for i in (0, 1)]
    for i in (0, 1):
        for variable, gradient in zip(four.heads[i], of[i][:2], strict=True):
            variable.assign_sub(rate * gradient)
    for shared, first, second in zip(four.generator_trunk, of[0][2:], of[1][2:], strict=True):
        shared.assign_sub(rate * (first + second))
    heads = [np.concatenate([four.heads[0][j].numpy(), four.heads[1][j].numpy()], axis=-1) for j in (0, 1)]
    tiny.assert_near(game.generator.get_weights(), [*(v.numpy() for v in four.generator_trunk), *heads], within=2e-6)


def test_both_images_of_a_pair_come_from_one_code_and_one_network(tiny, cogan):
    game = cogan((9, 8, 3), "dcgan")
    z = tiny.codes()
    first, second = game.pairs(z)
    assert first.shape == second.shape == (tiny.count, 9, 8, 3)
    assert np.array_equal(first, game.generate(z))
    assert np.array_equal(np.concatenate([first, second], axis=-1), game.generator(z))
    assert [v.path for v in game.variables_of("generator")] == [v.path for v in game.generator.trainable_variables]


def test_only_the_last_layer_of_g_and_the_first_of_d_differ_between_domains(tiny, cogan):
    """A gradient of one domain alone reaches half of the kernels there, and all weights elsewhere."""
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


def test_a_penalty_differentiates_by_the_image_alone_and_sums_both_domains(tiny, cogan):
    """R1 = 1/2 E ||grad_x_i D_i(x_i)||^2 of each domain; the zeros in place of the other domain are no input."""
    game = ready(tiny, cogan(penalties={"r1": {"weight": 0.5}}), 0.0)
    four, expected = FourNetworks(game), 0.0
    for i, x in enumerate((tiny.data()[0::2], -tiny.data()[1::2])):
        with tf.GradientTape() as tape:
            tape.watch(x)
            t = four.logits(i, x)
        expected += 0.5 * float(tf.reduce_mean(tf.reduce_sum(tape.gradient(t, x) ** 2, axis=1)))
    logs = {name: float(value[0]) for name, value in game.train_step(tiny.data()).items()}
    assert logs["discriminator.r1"] == pytest.approx(expected, rel=1e-5)
    four = ("first_real", "first_fake", "second_real", "second_fake")
    total = sum(logs[f"discriminator.{name}"] for name in four) + 0.5 * expected
    assert logs["discriminator.loss"] == pytest.approx(total, rel=1e-5)


def test_kernel_decay_counts_the_shared_network_once(tiny, cogan):
    game = ready(tiny, cogan(penalties={"l2": {"weight": 0.5}}), 0.0)
    kernels = [v.numpy() for v in game.discriminator.trainable_variables if v.name == "kernel"]
    logs = game.train_step(tiny.data())
    assert float(logs["discriminator.l2"][0]) == pytest.approx(sum(np.sum(k**2) for k in kernels), rel=1e-5)


def test_data_without_a_second_domain_are_refused(tiny, cogan):
    with pytest.raises(UserError, match="domain=edges is of images, but the data are points; use domain=inverted"):
        cogan(domain="edges")
    with pytest.raises(UserError, match="domain must be one of inverted, edges, got 'edge'; did you mean 'edges'"):
        cogan(domain="edge")
    with pytest.raises(UserError, match="needs a batch of 2 or more"):
        cogan().rehearse(tiny.data()[:1])
