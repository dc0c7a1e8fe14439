"""The autoencoder's options and penalties, and the VAE, against formulas written out here."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts, step
from ganae_cli.errors import UserError
from ganae_cli.runtime.rng import Noise

Z_DIM, COUNT = 3, 6
MLP = {"name": "mlp", "width": 8, "depth": 1}


@pytest.fixture
def build(parts):
    """Return a function that builds a game on points or images; penalties and networks as in a config."""

    def built(
        model="autoencoder", shape=(2,), penalties=None, networks=MLP, weights=None, reconstruction="mse", **more
    ):
        given = Parts(
            shape,
            {"encoder": dict(networks), "decoder": dict(networks)},
            reconstruction=reconstruction,
            penalties=penalties or {},
        )
        game = parts.build("model", model, parts=given, z_dim=Z_DIM, weights=weights, **more)
        given.settled(model)
        game.rehearse(data(shape))
        return game

    return built


def data(shape=(2,), step=0):
    values = np.random.default_rng(step).normal(size=(COUNT, *shape))
    return tf.constant(np.tanh(values) if len(shape) == 3 else values, tf.float32)


def noise_of(step=0, label="round 0"):
    """Return the noise of the first round of a step, from its beginning."""
    return Noise(0, step, COUNT, label=label)


def terms(game, x, step=0):
    game.noise = noise_of(step)
    return {name: float(value) for name, value in game.autoencoder_loss(x).items()}


def gradient(game, loss):
    own = game.variables_of("autoencoder")
    with tf.GradientTape() as tape:
        value = loss()
    return [np.zeros(v.shape) if g is None else g.numpy() for g, v in zip(tape.gradient(value, own), own, strict=True)]


def mean_square(x, y):
    return float(np.mean((np.asarray(x, float) - np.asarray(y, float)) ** 2))


# Autoencoder --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(2,), (3, 2, 1)], ids=str)
def test_denoising_reconstructs_the_clean_data_from_noisy_data(build, shape):
    game, x = build(shape=shape, noise=0.7), data(shape)
    noisy = x + 0.7 * noise_of().normal(*shape)
    expected = mean_square(x, game.decoder(game.encoder(noisy)))
    assert terms(game, x)["reconstruction"] == pytest.approx(expected, rel=1e-5)
    assert abs(expected - mean_square(noisy, game.decoder(game.encoder(noisy)))) > 0.01
    assert terms(game, x, step=1)["reconstruction"] != pytest.approx(expected, rel=1e-5)  # each step has its own noise
    np.testing.assert_array_equal(game.encode(x), game.encoder(x))  # `encode` adds no noise


@pytest.mark.parametrize(("shape", "blank"), [((2,), 0.0), ((3, 2, 1), -1.0)], ids=str)
def test_masking_blanks_out_a_share_of_the_numbers(build, shape, blank):
    game, x = build(shape=shape, masking=0.4), data(shape)
    kept = noise_of().uniform(*shape).numpy() >= 0.4
    assert 0 < kept.mean() < 1
    expected = mean_square(x, game.decoder(game.encoder(np.where(kept, x, blank).astype(np.float32))))
    assert terms(game, x)["reconstruction"] == pytest.approx(expected, rel=1e-5)


def test_linear_layers_belong_to_the_encoder(build):
    """They are trained, averaged and saved with it."""
    game = build(linear_layers=2)
    assert game.encoder.count_params() == build().encoder.count_params() + 2 * Z_DIM**2
    assert [v.shape for v in game.encoder.trainable_variables[-2:]] == [(Z_DIM, Z_DIM)] * 2
    assert game.encoder.name == "encoder"
    assert sum(v is game.encoder.trainable_variables[-1] for v in game.variables_of("autoencoder")) == 1


def test_tied_kernels_stay_transposes_while_they_learn(build):
    """Every kernel is one variable, which moves; its gradient is the sum over both its uses."""
    game, x = build(tied=True, networks=MLP | {"activation": "tanh"}), data()
    kernels = [v for v in game.encoder.trainable_variables if v.path.endswith("kernel")]
    own = game.variables_of("autoencoder")
    assert len({id(v) for v in own}) == len(own)
    game.compile({"autoencoder": keras.optimizers.Adam(0.01)})
    before = [k.numpy() for k in kernels]
    for _ in range(3):
        game.train_step(x)
    assert all(np.abs(k - b).max() > 0.01 for k, b in zip(kernels, before, strict=True))
    z = game.encode(x).numpy()
    biases = [v.numpy() for v in game.decoder.trainable_variables]
    expected = np.tanh(z @ kernels[1].numpy().T + biases[0]) @ kernels[0].numpy().T + biases[1]
    np.testing.assert_allclose(game.generate(z), expected, rtol=1e-4, atol=1e-5)


def test_a_tied_decoder_cannot_undo_the_scale_of_the_encoder(build):
    """Smaller codes lower the penalty; an untied decoder keeps the reconstruction the same, a tied one does not."""
    penalties = {"contractive": {"weight": 1.0, "on": "encoder", "estimator": "exact", "scale_free": False}}
    for tied in (False, True):
        game, x = build(tied=tied, networks=MLP | {"depth": 0}, penalties=penalties), data()
        before = terms(game, x)
        kernel, bias = game.encoder.trainable_variables
        kernel.assign(0.1 * kernel)
        bias.assign(0.1 * bias)
        if not tied:
            game.decoder.trainable_variables[0].assign(10.0 * game.decoder.trainable_variables[0])
        after = terms(game, x)
        assert after["contractive"] == pytest.approx(0.01 * before["contractive"], rel=1e-4)
        same = after["reconstruction"] == pytest.approx(before["reconstruction"], rel=1e-3)
        assert same is not tied


@pytest.mark.parametrize(
    ("name", "on"), [("contractive", "encoder"), ("code_l2", "encoder"), ("l2", "decoder"), ("mmd", "encoder")]
)
def test_the_gradient_of_a_penalty_has_its_weight(build, name, on):
    """The gradient of the loss is that of the reconstruction plus the weight times that of the penalty alone."""
    x = data()
    game = build(penalties={name: {"weight": 3.0, "on": on}})
    plain = build()

    def penalty():
        inputs = x if on == "encoder" else plain.encoder(x)
        return game.penalties[name].penalty(plain.network(on), inputs, None, noise_of())

    def reconstruction():
        return tf.reduce_mean(tf.square(x - plain.decoder(plain.encoder(x))))

    def whole():
        game.noise = noise_of()
        found = game.autoencoder_loss(x)
        return found["reconstruction"] + game.term_weights.of("autoencoder", name) * found[name]

    assert terms(game, x)[name] == pytest.approx(float(penalty()), rel=1e-5)
    parts = zip(gradient(plain, reconstruction), gradient(plain, penalty), strict=True)
    for found, (one, other) in zip(gradient(game, whole), parts, strict=True):
        np.testing.assert_allclose(found, one + 3 * other, rtol=1e-3, atol=1e-5)


def test_a_penalty_is_not_confused_with_a_term_of_the_same_name(build):
    """The VAE has a term total_correlation of its own, and no penalties on its encoder."""
    with pytest.raises(UserError, match=r"loss.penalties.total_correlation: nothing penalises 'encoder' here"):
        build("vae", penalties={"total_correlation": {"weight": 50.0}})


def test_a_penalty_on_two_networks_is_a_term_of_each(build):
    given = {"l2": {"weight": 3.0, "on": ["encoder", "decoder"]}}
    game, x = build(penalties=given), data()
    found = terms(game, x)
    for role in ("encoder", "decoder"):
        kernels = [v.numpy() for v in game.network(role).trainable_variables if v.name == "kernel"]
        assert found[f"l2_{role}"] == pytest.approx(sum(np.sum(kernel**2) for kernel in kernels), rel=1e-5)
        assert game.term_weights.of("autoencoder", f"l2_{role}") == 3.0


def test_penalties_on_the_encoder_use_the_clean_data(build):
    game, x = build(noise=0.7, penalties={"code_l2": {"weight": 1.0}}), data()
    expected = np.mean(np.sum(game.encode(x).numpy() ** 2, axis=1)) / 2
    assert terms(game, x)["code_l2"] == pytest.approx(expected, rel=1e-5)


# VAE ----------------------------------------------------------------------------------------------------------------


def posterior(game, x):
    both = game.encoder(x).numpy().astype(float)
    return both[:, :Z_DIM], both[:, Z_DIM:]


def test_the_terms_of_a_vae_are_the_bound_per_number(build):
    """The KL written out, divided by the numbers of an image, and the mean error of the decoded z."""
    shape = (3, 2, 1)
    game, x = build("vae", shape), data(shape)
    mean, log_variance = posterior(game, x)
    z = mean + np.exp(log_variance / 2) * noise_of().normal(Z_DIM).numpy()
    kl = ((np.exp(log_variance) + mean**2 - 1 - log_variance) / 2).sum(axis=1).mean()
    found = terms(game, x)
    assert found["prior"] == pytest.approx(kl / 6, rel=1e-5)
    assert found["reconstruction"] == pytest.approx(mean_square(x, game.decoder(z.astype(np.float32))), rel=1e-4)
    np.testing.assert_allclose(game.encode(x), mean, rtol=1e-5)
    assert list(found) == ["reconstruction", "prior", "total_correlation"]


def test_bce_and_prior_are_the_negative_bound_of_a_bernoulli_vae(build):
    """Summed over the pixels, as in the paper: -log p(x | z) + KL, for black and white images."""
    shape = (3, 2, 1)
    game = build("vae", shape, reconstruction="bce")
    x = tf.sign(data(shape))
    mean, log_variance = posterior(game, x)
    z = mean + np.exp(log_variance / 2) * noise_of().normal(Z_DIM).numpy()
    p = (1 + game.decoder(z.astype(np.float32)).numpy().astype(float)) / 2
    likelihood = np.log(np.where(x.numpy() > 0, p, 1 - p)).sum(axis=(1, 2, 3)).mean()
    kl = ((np.exp(log_variance) + mean**2 - 1 - log_variance) / 2).sum(axis=1).mean()
    found = terms(game, x)
    assert 6 * (found["reconstruction"] + found["prior"]) == pytest.approx(kl - likelihood, rel=5e-3)  # some tanh are 1


def test_free_bits_stop_the_gradient_of_dimensions_with_a_small_kl(build):
    """The term `prior` is constant and has no gradient if there are more free nats than the KL of any dimension."""
    x = data()
    found, free = build("vae"), build("vae", free_bits=100.0)
    assert terms(free, x)["prior"] == pytest.approx(Z_DIM * 100.0 / 2)
    for game, expected in ((found, True), (free, False)):

        def prior(game=game):
            game.noise = noise_of()
            return game.autoencoder_loss(x)["prior"]

        assert any(np.abs(g).max() > 0 for g in gradient(game, prior)) is expected


def test_without_variance_and_prior_a_vae_is_an_autoencoder(build):
    """Log-variance of -1e4: z is the mean. Encoder (of the mean) and decoder then get the autoencoder's gradients."""
    vae = build("vae", weights={"autoencoder": {"prior": 0.0, "total_correlation": 0.0}})
    plain, x = build(), data()
    kernel, bias = vae.encoder.layers[-1].variables
    plain.encoder.layers[-1].kernel.assign(kernel[:, :Z_DIM])
    plain.encoder.layers[-1].bias.assign(bias[:Z_DIM])
    kernel.assign(tf.concat([kernel[:, :Z_DIM], tf.zeros_like(kernel[:, Z_DIM:])], axis=1))
    bias.assign(tf.concat([bias[:Z_DIM], tf.fill((Z_DIM,), -1e4)], axis=0))
    for one, other in zip(vae.encoder.variables[:-2], plain.encoder.variables[:-2], strict=True):
        one.assign(other)
    for one, other in zip(vae.decoder.variables, plain.decoder.variables, strict=True):
        one.assign(other)
    assert terms(vae, x)["reconstruction"] == pytest.approx(terms(plain, x)["reconstruction"], rel=1e-6)

    def loss(game):
        return sum(step.losses_of_round(game, 0, x, x, {}).values())

    found, expected = gradient(vae, lambda: loss(vae)), gradient(plain, lambda: loss(plain))
    for i, (one, other) in enumerate(zip(found, expected, strict=True)):
        is_last = i in (2, 3)  # the encoder's last layer, whose second half is of the log-variance
        np.testing.assert_allclose(one[..., :Z_DIM] if is_last else one, other, rtol=1e-5, atol=1e-7)


def test_total_correlation_enters_the_loss_with_its_weight(build):
    x, numbers = data(), 2
    game = build("vae", weights={"autoencoder": {"total_correlation": 5.0}})
    mean, log_variance = posterior(game, x)
    z = mean + np.exp(log_variance / 2) * noise_of().normal(Z_DIM).numpy()
    each = -((z[:, None] - mean) ** 2 / np.exp(log_variance) + log_variance + math.log(2 * math.pi)) / 2
    joint = np.log(np.exp(each.sum(axis=2)).mean(axis=1))
    marginals = np.log(np.exp(each).mean(axis=1)).sum(axis=1)
    found = {}
    step.losses_of_round(game, 0, x, x, found)
    found = {name.partition(".")[2]: float(value) for name, value in found.items()}
    assert found["total_correlation"] == pytest.approx((joint - marginals).mean() / numbers, rel=1e-4)
    assert found["loss"] == pytest.approx(
        found["reconstruction"] + found["prior"] + 5 * found["total_correlation"], rel=1e-5
    )


def test_a_vaes_decoder_can_be_penalised(build):
    game = build("vae", penalties={"decoder_gradient": {"weight": 1.0}})
    assert "autoencoder.decoder_gradient" in game.terms
