"""The options of the page `gan`, and the algorithms that they make, against loops written out here."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts
from ganae_cli.errors import UserError
from ganae_cli.models.shared.packing import packed
from ganae_cli.runtime.rng import Noise


@pytest.fixture
def gan(tiny, parts):
    """A game of tiny perceptrons: `gan(critic_steps=2, …)`; loss, penalties and norm besides the page's options."""

    def built(loss="non_saturating", penalties=None, norm="none", weights=None, **options):
        networks = {role: {"name": "mlp", "width": 8, "depth": 1, "norm": norm} for role in tiny.roles["gan"]}
        given = Parts((2,), networks, adversarial=loss, penalties=penalties or {})
        return parts.build("model", "gan", parts=given, z_dim=tiny.z_dim, weights=weights, **options)

    return built


def rows(tiny, game, step=0):
    """All rows of a step: of several batches, the i-th is every so many-th row from i on."""
    count = game.batches_per_step
    return tf.concat([tiny.data(10 * step + i) for i in range(count)], 0)


def ready(tiny, game, rate):
    game.rehearse(rows(tiny, game))
    game.compile({player: keras.optimizers.SGD(rate) for player in game.players})
    return game


def observed(tiny, number=0, step=0):
    """The draws of `observe` for the round's batch: the codes first."""
    return Noise(0, step, tiny.count, label=f"observe {number}" if number else "observe")


def descend(tiny, variables, loss, rate):
    for variable, gradient in zip(variables, tiny.gradient(loss, variables)[0], strict=True):
        variable.assign_sub(rate * gradient)


def weights(game):
    return [v.numpy() for role in ("discriminator", "generator") for v in getattr(game, role).trainable_variables]


# Turns ----------------------------------------------------------------------------------------------------------------


def test_without_options_it_has_the_terms_that_it_always_had(tiny, gan):
    game = ready(tiny, gan(), 0.1)
    assert game.terms == [
        *("discriminator.real", "discriminator.fake", "discriminator.loss"),
        *("generator.fool", "generator.loss"),
    ]
    assert (game.rounds, game.batches_per_step) == ((("discriminator",), ("generator",)), 1)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("fresh", [False, True])
def test_two_steps_of_wgan_are_algorithm_1(tiny, gan, fresh, jit):
    """Arjovsky et al. 2017: n turns of D, each on a batch and codes of its own, then clipped; then G."""
    clip, rate, turns = 0.3, 0.5, 3
    options = {"critic_steps": turns, "weight_clip": clip, "fresh_batches": fresh}
    game, plain = (gan("wasserstein", **options) for _ in range(2))  # equal, as they have one seed
    ready(tiny, game, rate).jit_compile = jit
    batches = tf.data.Dataset.from_tensor_slices(tf.concat([rows(tiny, game, step) for step in range(2)], 0))
    game.fit(batches.batch(tiny.count * game.batches_per_step), verbose=0, shuffle=False)

    critic, maker = plain.discriminator, plain.generator
    for step in range(2):
        x = rows(tiny, game, step)
        for i in range(turns):
            data, z = x[i :: game.batches_per_step], observed(tiny, i, step).normal(tiny.z_dim)
            assert data.shape == (tiny.count, 2)
            loss = lambda data=data, z=z: tf.reduce_mean(critic(maker(z))) - tf.reduce_mean(critic(data))  # noqa: E731
            descend(tiny, critic.trainable_variables, loss, rate)
            for variable in critic.trainable_variables:
                variable.assign(np.clip(variable.numpy(), -clip, clip))
        z = observed(tiny, turns if fresh else turns - 1, step).normal(tiny.z_dim)
        descend(tiny, maker.trainable_variables, lambda z=z: -tf.reduce_mean(critic(maker(z))), rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)
    assert max(np.abs(v).max() for v in tiny.values(game.discriminator.variables)) == pytest.approx(clip)
    assert max(np.abs(v).max() for v in tiny.values(game.generator.variables)) > clip


def test_the_critic_sees_as_many_batches_as_it_has_turns_and_the_generator_moves_once(tiny, gan):
    game = ready(tiny, gan("wasserstein", critic_steps=4), 0.1)
    seen, moved, loss, after = [], [], game.discriminator_loss, game.after_move
    game.discriminator_loss = lambda batch: seen.append(batch.x.numpy()) or loss(batch)
    game.after_move = lambda player, terms: moved.append(player) or after(player, terms)
    game.train_step(rows(tiny, game))
    assert moved == ["discriminator"] * 4 + ["generator"]
    found = np.sort(np.concatenate(seen), axis=0)
    assert np.array_equal(found, np.sort(rows(tiny, game).numpy(), axis=0)), "every row of the step once"


def test_r3gan_is_relativistic_with_both_penalties_and_batches_of_its_own_for_each_player(tiny, gan):
    """Huang et al. 2024: D learns from softplus(D(G(z)) - D(x)) + gamma/2 (||grad D(x)||^2 + ||grad D(G(z))||^2)."""
    gamma, rate = 0.7, 0.2
    penalties = {name: {"weight": gamma} for name in ("r1", "r2")}
    game, plain = (gan("relativistic", penalties, fresh_batches=True) for _ in range(2))
    x = rows(tiny, game)
    ready(tiny, game, rate).train_step(x)
    judge, maker = plain.discriminator, plain.generator

    def slope(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = judge(images)
        return tf.reduce_mean(tf.reduce_sum(tape.gradient(logits, images) ** 2, axis=1))

    def judged():
        fake = maker(observed(tiny).normal(tiny.z_dim))
        pairing = tf.reduce_mean(tf.math.log1p(tf.exp(judge(fake) - judge(x[0::2]))))
        return pairing + gamma / 2 * (slope(x[0::2]) + slope(fake))

    def fooled():
        fake = maker(observed(tiny, 1).normal(tiny.z_dim))
        return tf.reduce_mean(tf.math.log1p(tf.exp(judge(x[1::2]) - judge(fake))))

    descend(tiny, judge.trainable_variables[:-1], judged, rate)  # the last bias cancels
    descend(tiny, maker.trainable_variables, fooled, rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


def dragan(judge, x, x_hat, draws):
    """Around the data, by the authors' program: by 0.5 of the batch's standard deviation at most."""
    y = x + 0.5 * tf.math.reduce_std(x) * draws.uniform(2) * draws.uniform(1)
    return norms_to_one(judge, y)


def wgan_gp(judge, x, x_hat, draws):
    """Between data and samples."""
    a = draws.uniform(1)
    return norms_to_one(judge, a * x + (1 - a) * x_hat)


def norms_to_one(judge, y):
    with tf.GradientTape() as tape:
        tape.watch(y)
        logits = judge(y)
    return tf.reduce_mean((tf.norm(tape.gradient(logits, y), axis=1) - 1) ** 2)


@pytest.mark.parametrize(
    ("loss", "name", "penalty"),
    [("non_saturating", "dragan", dragan), ("wasserstein", "gradient_penalty", wgan_gp)],
)
def test_a_step_with_a_gradient_penalty(tiny, gan, loss, name, penalty):
    rate, weight = 0.1, 10.0
    game, plain = (gan(loss, {name: {"weight": weight}}) for _ in range(2))
    ready(tiny, game, rate).train_step(tiny.data())
    judge, maker, x = plain.discriminator, plain.generator, tiny.data()
    z, is_wasserstein = observed(tiny).normal(tiny.z_dim), loss == "wasserstein"

    def judged():
        real, fake = judge(x), judge(maker(z))
        apart = tf.reduce_mean(fake) - tf.reduce_mean(real) if is_wasserstein else tiny.yes(real) + tiny.no(fake)
        return apart + weight * penalty(judge, x, maker(z), Noise(0, 0, tiny.count, label="round 0"))

    def fooled():
        return -tf.reduce_mean(judge(maker(z))) if is_wasserstein else tiny.yes(judge(maker(z)))

    last = -1 if is_wasserstein else None  # its bias cancels
    descend(tiny, judge.trainable_variables[:last], judged, rate)
    descend(tiny, maker.trainable_variables, fooled, rate)
    tiny.assert_near(weights(game), weights(plain), within=5e-6)


def test_a_step_of_lsgan(tiny, gan):
    rate = 0.1
    game, plain = (gan("least_squares") for _ in range(2))
    ready(tiny, game, rate).train_step(tiny.data())
    judge, maker, z = plain.discriminator, plain.generator, observed(tiny).normal(tiny.z_dim)
    squares = lambda t: tf.reduce_mean(t**2) / 2  # noqa: E731
    descend(tiny, judge.trainable_variables, lambda: squares(judge(tiny.data()) - 1) + squares(judge(maker(z))), rate)
    descend(tiny, maker.trainable_variables, lambda: squares(judge(maker(z)) - 1), rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


# Packing --------------------------------------------------------------------------------------------------------------


def test_packs_are_successive_rows_side_by_side():
    x = np.random.default_rng(0).normal(size=(7, 3, 2, 2)).astype(np.float32)
    found = packed(tf.constant(x), 3)
    assert found.shape == (2, 3, 2, 6)
    for i in range(2):  # row 6 fills no pack
        assert np.array_equal(found[i], np.concatenate([x[3 * i], x[3 * i + 1], x[3 * i + 2]], axis=-1))
    points = packed(tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]), 2)
    assert points.numpy().tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    with pytest.raises(UserError, match="packing 8 samples needs a batch of 8 or more a device, got 7"):
        packed(tf.constant(x), 8)


def test_pacgan_judges_packs_of_data_and_packs_of_samples(tiny, gan):
    rate = 0.3
    game, plain = (gan(packing=3) for _ in range(2))
    ready(tiny, game, rate).train_step(tiny.data())
    judge, maker, z = plain.discriminator, plain.generator, observed(tiny).normal(tiny.z_dim)
    assert judge.input_shape == (None, 6)

    def pack(points):  # eight rows are two packs of three, and two rows too many
        return tf.stack([tf.concat([points[i], points[i + 1], points[i + 2]], 0) for i in (0, 3)])

    x = pack(tiny.data())
    descend(tiny, judge.trainable_variables, lambda: tiny.yes(judge(x)) + tiny.no(judge(pack(maker(z)))), rate)
    descend(tiny, maker.trainable_variables, lambda: tiny.yes(judge(pack(maker(z)))), rate)
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
    with pytest.raises(UserError, match=r"model.label_smoothing needs loss=non_saturating or loss=minimax"):
        gan(loss, label_smoothing=0.1)
    gan(loss)


def test_feature_matching_alone_moves_the_generator_by_the_distance_of_mean_features(tiny, gan):
    """Of the discriminator's hidden layer, written out: leaky_relu(x W + b)."""
    rate = 0.5
    terms = {"generator": {"fool": 0.0, "feature_matching": 2.0}}
    game, plain = (gan(feature_matching=True, weights=terms) for _ in range(2))
    game.rehearse(tiny.data())
    game.compile({"discriminator": keras.optimizers.SGD(0.0), "generator": keras.optimizers.SGD(rate)})
    logs = game.train_step(tiny.data())
    w, b = plain.discriminator.trainable_variables[:2]
    z = observed(tiny).normal(tiny.z_dim)

    def distance():
        means = []
        for points in (tiny.data(), plain.generator(z)):
            hidden = tf.matmul(points, w.value) + b.value
            means.append(tf.reduce_mean(tf.where(hidden > 0, hidden, 0.2 * hidden), axis=0))
        return 2.0 * tf.reduce_sum((means[0] - means[1]) ** 2)

    assert float(logs["generator.feature_matching"][0]) == pytest.approx(float(distance()) / 2, rel=1e-5)
    descend(tiny, plain.generator.trainable_variables, distance, rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


def test_instance_noise_is_on_data_and_samples_and_not_the_same(tiny, gan):
    sigma = 0.8
    game = ready(tiny, gan(instance_noise=sigma), 0.0)
    draws = observed(tiny)
    z, on_data, on_samples = draws.normal(tiny.z_dim), draws.normal(2), draws.normal(2)
    judge = game.discriminator
    logs = game.train_step(tiny.data())
    expected = {
        "discriminator.real": tiny.yes(judge(tiny.data() + sigma * on_data)),
        "discriminator.fake": tiny.no(judge(game.generator(z) + sigma * on_samples)),
        "generator.fool": tiny.yes(judge(game.generator(z) + sigma * on_samples)),
    }
    for name, value in expected.items():
        assert float(logs[name][0]) == pytest.approx(float(value), rel=1e-5)


# Penalties ------------------------------------------------------------------------------------------------------------


def test_kernel_decay_on_the_generator_is_a_term_of_the_generator(tiny, gan):
    rate = 0.1
    given = {"l2": {"weight": 0.5, "on": "generator"}}
    game, plain = (gan(penalties=given) for _ in range(2))
    logs = ready(tiny, game, rate).train_step(tiny.data())
    judge, maker, z = plain.discriminator, plain.generator, observed(tiny).normal(tiny.z_dim)
    kernels = [v for v in maker.trainable_variables if len(v.shape) == 2]
    squares = lambda: tf.add_n([tf.reduce_sum(kernel.value**2) for kernel in kernels])  # noqa: E731
    assert "discriminator.l2" not in logs
    assert float(logs["generator.l2"][0]) == pytest.approx(float(squares()), rel=1e-5)
    descend(tiny, judge.trainable_variables, lambda: tiny.yes(judge(tiny.data())) + tiny.no(judge(maker(z))), rate)
    descend(tiny, maker.trainable_variables, lambda: tiny.yes(judge(maker(z))) + 0.5 * squares(), rate)
    tiny.assert_near(weights(game), weights(plain), within=2e-6)


def test_kernel_decay_and_batch_norm_agree_as_a_gradient_penalty_and_batch_norm_do_not(tiny, gan):
    decay = {"l2": {"weight": 0.1, "on": ["generator", "discriminator"]}}
    game = gan(penalties=decay, norm="batch")
    game.rehearse(tiny.data())
    assert {"discriminator.l2_discriminator", "generator.l2_generator"} <= set(game.terms)
    with pytest.raises(UserError, match=r"loss.penalties.r1 takes a gradient per sample"):
        gan(penalties=decay | {"r1": {"weight": 0.1}}, norm="batch").rehearse(tiny.data())


@pytest.mark.parametrize("name", ["gradient_penalty", "dragan", "r1", "r2"])
def test_penalties_of_packs(tiny, gan, name):
    """Fewer rows than the batch has: no draw may be broadcast against them."""
    game = ready(tiny, gan(penalties={name: {"weight": 1.0}}, packing=3), 0.1)
    value = float(game.train_step(tiny.data())[f"discriminator.{name}"][0])
    assert np.isfinite(value)
    assert value > 0
