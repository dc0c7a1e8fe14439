"""The options of the page `gan`, and the algorithms that they give, against loops written out here."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts
from ganae_cli.errors import UserError


@pytest.fixture
def gan(tiny, parts):
    """Return a builder of tiny GANs: `gan(critic_steps=2, …)`; options of the page, loss, penalties and norm."""

    def built(loss="non_saturating", penalties=None, norm="none", weights=None, **options):
        networks = {role: {"name": "mlp", "width": 8, "depth": 1, "norm": norm} for role in tiny.roles["gan"]}
        given = Parts((2,), networks, adversarial=loss, penalties=penalties or {})
        return parts.build("model", "gan", parts=given, z_dim=tiny.z_dim, weights=weights, **options)

    return built


def rows(tiny, game, step=0):
    """Return all rows of a step, those of all its batches."""
    return tf.concat([tiny.data(10 * step + i) for i in range(game.batches_per_step)], 0)


def ready(tiny, game, rate):
    game.rehearse(rows(tiny, game))
    game.compile({player: keras.optimizers.SGD(rate) for player in game.players})
    return game


def noise_of(tiny, batch=0, step=0):
    """Return the noise of `forward` for a batch of the step: it draws the codes first."""
    return tiny.noise(step, f"observe {batch}" if batch else "observe")


def descend(tiny, variables, loss, rate):
    for variable, gradient in zip(variables, tiny.gradient(loss, variables)[0], strict=True):
        variable.assign_sub(rate * gradient)


def weights(game):
    return [v.numpy() for role in ("discriminator", "generator") for v in game.network(role).trainable_variables]


# Rounds ---------------------------------------------------------------------------------------------------------------


def test_without_options_it_has_three_terms_and_two_rounds(tiny, gan):
    game = ready(tiny, gan(), 0.1)
    assert game.terms == [
        *("discriminator.real", "discriminator.fake", "discriminator.loss"),
        *("generator.fool", "generator.loss"),
    ]
    assert (game.rounds, game.batches_per_step) == ((("discriminator",), ("generator",)), 1)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("fresh", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_two_steps_of_wgan_are_algorithm_1(tiny, gan, fresh, jit):
    """Arjovsky et al. 2017: n steps of D, each with its own batch and codes, then clipped; then a step of G."""
    clip, rate, critic_steps = 0.3, 0.5, 3
    options = {"critic_steps": critic_steps, "weight_clip": clip, "fresh_batches": fresh}
    game, plain = (gan("wasserstein", **options) for _ in range(2))  # equal, as they have one seed
    ready(tiny, game, rate).jit_compile = jit
    batches = tf.data.Dataset.from_tensor_slices(tf.concat([rows(tiny, game, step) for step in range(2)], 0))
    game.fit(batches.batch(tiny.count * game.batches_per_step), verbose=0, shuffle=False)

    D, G = plain.discriminator, plain.generator
    for step in range(2):
        x = rows(tiny, game, step)
        for i in range(critic_steps):
            data, z = x[i :: game.batches_per_step], noise_of(tiny, i, step).normal(tiny.z_dim)
            assert data.shape == (tiny.count, 2)
            loss = lambda data=data, z=z: tf.reduce_mean(D(G(z))) - tf.reduce_mean(D(data))  # noqa: E731
            descend(tiny, D.trainable_variables, loss, rate)
            for variable in D.trainable_variables:
                variable.assign(np.clip(variable.numpy(), -clip, clip))
        z = noise_of(tiny, critic_steps if fresh else critic_steps - 1, step).normal(tiny.z_dim)
        descend(tiny, G.trainable_variables, lambda z=z: -tf.reduce_mean(D(G(z))), rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)
    assert max(np.abs(v).max() for v in tiny.values(game.discriminator.variables)) == pytest.approx(clip)
    assert max(np.abs(v).max() for v in tiny.values(game.generator.variables)) > clip


def test_the_critic_has_one_batch_per_step_of_its_own_and_the_generator_moves_once(tiny, gan):
    game = ready(tiny, gan("wasserstein", critic_steps=4), 0.1)
    batches, moved, loss, after = [], [], game.discriminator_loss, game.after_move
    game.discriminator_loss = lambda outputs: batches.append(outputs.x.numpy()) or loss(outputs)
    game.after_move = lambda player, terms: moved.append(player) or after(player, terms)
    game.train_step(rows(tiny, game))
    assert moved == ["discriminator"] * 4 + ["generator"]
    found = np.sort(np.concatenate(batches), axis=0)
    assert np.array_equal(found, np.sort(rows(tiny, game).numpy(), axis=0)), "every row of the step once"


def test_r3gan_is_relativistic_with_r1_and_r2_and_each_player_has_its_own_batch(tiny, gan):
    """Huang et al. 2024: D learns from softplus(D(G(z)) - D(x)) + gamma/2 (||grad D(x)||^2 + ||grad D(G(z))||^2)."""
    gamma, rate = 0.7, 0.2
    penalties = {name: {"weight": gamma} for name in ("r1", "r2")}
    game, plain = (gan("relativistic", penalties, fresh_batches=True) for _ in range(2))
    x = rows(tiny, game)
    ready(tiny, game, rate).train_step(x)
    D, G = plain.discriminator, plain.generator

    def squared_norm(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = D(images)
        return tf.reduce_mean(tf.reduce_sum(tape.gradient(logits, images) ** 2, axis=1))

    def discriminator():
        fake = G(noise_of(tiny).normal(tiny.z_dim))
        pairing = tf.reduce_mean(tf.math.log1p(tf.exp(D(fake) - D(x[0::2]))))
        return pairing + gamma / 2 * (squared_norm(x[0::2]) + squared_norm(fake))

    def generator():
        fake = G(noise_of(tiny, 1).normal(tiny.z_dim))
        return tf.reduce_mean(tf.math.log1p(tf.exp(D(x[1::2]) - D(fake))))

    descend(tiny, D.trainable_variables[:-1], discriminator, rate)  # the last bias cancels
    descend(tiny, G.trainable_variables, generator, rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


def dragan(D, x, x_hat, noise):
    """DRAGAN's penalty at data moved by at most 0.5 of the batch's standard deviation, as in the authors' program."""
    y = x + 0.5 * tf.math.reduce_std(x) * noise.uniform(2) * noise.uniform(1)
    return norms_to_one(D, y)


def wgan_gp(D, x, x_hat, noise):
    """WGAN-GP's penalty at points between data and samples."""
    a = noise.uniform(1)
    return norms_to_one(D, a * x + (1 - a) * x_hat)


def norms_to_one(D, y):
    with tf.GradientTape() as tape:
        tape.watch(y)
        logits = D(y)
    return tf.reduce_mean((tf.norm(tape.gradient(logits, y), axis=1) - 1) ** 2)


@pytest.mark.parametrize(
    ("loss", "name", "penalty"),
    [("non_saturating", "dragan", dragan), ("wasserstein", "gradient_penalty", wgan_gp)],
)
def test_a_step_with_a_gradient_penalty(tiny, gan, loss, name, penalty):
    rate, weight = 0.1, 10.0
    game, plain = (gan(loss, {name: {"weight": weight}}) for _ in range(2))
    ready(tiny, game, rate).train_step(tiny.data())
    D, G, x = plain.discriminator, plain.generator, tiny.data()
    z, is_wasserstein = noise_of(tiny).normal(tiny.z_dim), loss == "wasserstein"

    def discriminator():
        real, fake = D(x), D(G(z))
        wasserstein, cross_entropy = (
            tf.reduce_mean(fake) - tf.reduce_mean(real),
            tiny.as_real(real) + tiny.as_fake(fake),
        )
        return (wasserstein if is_wasserstein else cross_entropy) + weight * penalty(
            D, x, G(z), tiny.noise(label="round 0")
        )

    def generator():
        return -tf.reduce_mean(D(G(z))) if is_wasserstein else tiny.as_real(D(G(z)))

    last = -1 if is_wasserstein else None  # its bias cancels
    descend(tiny, D.trainable_variables[:last], discriminator, rate)
    descend(tiny, G.trainable_variables, generator, rate)
    tiny.assert_near(weights(game), weights(plain), within=5e-6)


def test_a_step_of_lsgan(tiny, gan):
    rate = 0.1
    game, plain = (gan("least_squares") for _ in range(2))
    ready(tiny, game, rate).train_step(tiny.data())
    D, G, z = plain.discriminator, plain.generator, noise_of(tiny).normal(tiny.z_dim)
    squares = lambda t: tf.reduce_mean(t**2) / 2  # noqa: E731
    descend(tiny, D.trainable_variables, lambda: squares(D(tiny.data()) - 1) + squares(D(G(z))), rate)
    descend(tiny, G.trainable_variables, lambda: squares(D(G(z)) - 1), rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


@pytest.mark.parametrize("norm", ["batch", "layer", "group"])
@pytest.mark.parametrize(("clip", "epsilon"), [(0.01, 1e-5), (None, 1e-3)])
def test_features_made_small_by_clipped_weights_are_normalised(gan, norm, clip, epsilon):
    """Of features 0.01 and -0.01, whose variance is 1e-4: 0.01 / sqrt(1.1e-4) = 0.95 are left, else only 0.30."""
    game = gan("wasserstein", norm=norm, weight_clip=clip)
    kinds = (keras.layers.BatchNormalization, keras.layers.LayerNormalization, keras.layers.GroupNormalization)
    (layer,) = [one for one in game.discriminator._flatten_layers() if isinstance(one, kinds)]
    signs = np.array([[1, -1] * 4, [-1, 1] * 4], np.float32)
    found = np.asarray(layer(0.01 * signs, training=True))
    np.testing.assert_allclose(found, signs * 0.01 / np.sqrt(1e-4 + epsilon), rtol=1e-4)
    assert (np.abs(found) > 0.95).all() == (clip is not None)


# Packing --------------------------------------------------------------------------------------------------------------


def test_pacgan_discriminates_packs_of_data_from_packs_of_samples(tiny, gan):
    rate = 0.3
    game, plain = (gan(packing=3) for _ in range(2))
    ready(tiny, game, rate).train_step(tiny.data())
    D, G, z = plain.discriminator, plain.generator, noise_of(tiny).normal(tiny.z_dim)
    assert D.input_shape == (None, 6)

    def pack(points):  # of eight rows: two packs of three, and two rows left over
        return tf.stack([tf.concat([points[i], points[i + 1], points[i + 2]], 0) for i in (0, 3)])

    x = pack(tiny.data())
    descend(tiny, D.trainable_variables, lambda: tiny.as_real(D(x)) + tiny.as_fake(D(pack(G(z)))), rate)
    descend(tiny, G.trainable_variables, lambda: tiny.as_real(D(pack(G(z)))), rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


# Terms and noise ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["non_saturating", "minimax"])
def test_smoothed_labels_are_a_cross_entropy_with_1_minus_s(tiny, gan, loss):
    s = 0.25
    game = ready(tiny, gan(loss, label_smoothing=s), 0.0)
    t = game.discriminator(tiny.data()).numpy().astype(np.float64)
    d = 1 / (1 + np.exp(-t))
    logs = {name: float(value[0]) for name, value in game.train_step(tiny.data()).items()}
    expected = np.mean(-(1 - s) * np.log(d) - s * np.log(1 - d))
    assert logs["discriminator.real"] + logs["discriminator.smoothing"] == pytest.approx(expected, rel=1e-5)
    total = logs["discriminator.real"] + logs["discriminator.smoothing"] + logs["discriminator.fake"]
    assert logs["discriminator.loss"] == pytest.approx(total, rel=1e-6)


@pytest.mark.parametrize("loss", ["hinge", "wasserstein", "relativistic", "least_squares", "reverse_kl"])
def test_smoothed_labels_of_a_loss_without_labels_are_refused(gan, loss):
    with pytest.raises(UserError, match=r"model.label_smoothing needs loss=non_saturating, minimax or"):
        gan(loss, label_smoothing=0.1)
    gan(loss)


def test_feature_matching_alone_moves_the_generator_by_the_distance_of_mean_features(tiny, gan):
    """The features are the discriminator's hidden layer, written out: leaky_relu(x W + b)."""
    rate = 0.5
    terms = {"generator": {"fool": 0.0, "feature_matching": 2.0}}
    game, plain = (gan(feature_matching=True, weights=terms) for _ in range(2))
    game.rehearse(tiny.data())
    game.compile({"discriminator": keras.optimizers.SGD(0.0), "generator": keras.optimizers.SGD(rate)})
    logs = game.train_step(tiny.data())
    w, b = plain.discriminator.trainable_variables[:2]
    z = noise_of(tiny).normal(tiny.z_dim)

    def distance():
        means = []
        for points in (tiny.data(), plain.generator(z)):
            hidden = tf.matmul(points, w.value) + b.value
            means.append(tf.reduce_mean(tf.where(hidden > 0, hidden, 0.2 * hidden), axis=0))
        return 2.0 * tf.reduce_sum((means[0] - means[1]) ** 2)

    assert float(logs["generator.feature_matching"][0]) == pytest.approx(float(distance()) / 2, rel=1e-5)
    descend(tiny, plain.generator.trainable_variables, distance, rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


def test_instance_noise_is_added_to_data_and_samples_and_differs_between_them(tiny, gan):
    sigma = 0.8
    game = ready(tiny, gan(instance_noise=sigma), 0.0)
    noise = noise_of(tiny)
    z, on_data, on_samples = noise.normal(tiny.z_dim), noise.normal(2), noise.normal(2)
    D, G = game.discriminator, game.generator
    logs = game.train_step(tiny.data())
    expected = {
        "discriminator.real": tiny.as_real(D(tiny.data() + sigma * on_data)),
        "discriminator.fake": tiny.as_fake(D(G(z) + sigma * on_samples)),
        "generator.fool": tiny.as_real(D(G(z) + sigma * on_samples)),
    }
    for name, value in expected.items():
        assert float(logs[name][0]) == pytest.approx(float(value), rel=1e-5)


def test_instance_noise_may_fall_to_0(tiny, gan):
    """From 0.8 to 0 in 4 steps: 0.4 in the third one, whose data are seen through it; from the fifth on none."""
    game = ready(tiny, gan(instance_noise={"start": 0.8, "end": 0.0}), 0.0)
    game.total_steps = 4
    for step, sigma in enumerate((0.8, 0.6, 0.4, 0.2, 0.0)):
        noise = tiny.noise(step)
        _, on_data = noise.normal(tiny.z_dim), noise.normal(2)
        real = float(game.train_step(tiny.data())["discriminator.real"][0])
        expected = tiny.as_real(game.discriminator(tiny.data() + sigma * on_data))
        assert real == pytest.approx(float(expected), rel=1e-5)


# Penalties ------------------------------------------------------------------------------------------------------------


def test_kernel_decay_on_the_generator_is_a_term_of_the_generator(tiny, gan):
    rate = 0.1
    given = {"l2": {"weight": 0.5, "on": "generator"}}
    game, plain = (gan(penalties=given) for _ in range(2))
    logs = ready(tiny, game, rate).train_step(tiny.data())
    D, G, z = plain.discriminator, plain.generator, noise_of(tiny).normal(tiny.z_dim)
    kernels = [v for v in G.trainable_variables if len(v.shape) == 2]
    squares = lambda: tf.add_n([tf.reduce_sum(kernel.value**2) for kernel in kernels])  # noqa: E731
    assert "discriminator.l2" not in logs
    assert float(logs["generator.l2"][0]) == pytest.approx(float(squares()), rel=1e-5)
    descend(tiny, D.trainable_variables, lambda: tiny.as_real(D(tiny.data())) + tiny.as_fake(D(G(z))), rate)
    descend(tiny, G.trainable_variables, lambda: tiny.as_real(D(G(z))) + 0.5 * squares(), rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


def test_batch_norm_is_allowed_with_kernel_decay_and_refused_with_a_gradient_penalty(tiny, gan):
    decay = {"l2": {"weight": 0.1, "on": ["generator", "discriminator"]}}
    game = gan(penalties=decay, norm="batch")
    game.rehearse(tiny.data())
    assert {"discriminator.l2_discriminator", "generator.l2_generator"} <= set(game.terms)
    with pytest.raises(UserError, match=r"loss.penalties.r1 takes a gradient per sample"):
        gan(penalties=decay | {"r1": {"weight": 0.1}}, norm="batch").rehearse(tiny.data())


@pytest.mark.parametrize("name", ["gradient_penalty", "dragan", "r1", "r2"])
def test_penalties_of_packs(tiny, gan, name):
    """Packs are fewer than the rows of the batch: random numbers of single rows must not be broadcast to them."""
    game = ready(tiny, gan(penalties={name: {"weight": 1.0}}, packing=3), 0.1)
    value = float(game.train_step(tiny.data())[f"discriminator.{name}"][0])
    assert np.isfinite(value)
    assert value > 0
