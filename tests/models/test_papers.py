"""Whole steps against the papers: a GAN's loop, AEGAN's terms, AEGAN without its discriminators."""

import keras
import numpy as np
import pytest


class PlainAdam:
    """Kingma and Ba 2015, algorithm 1 with the efficient order of computation of section 2."""

    def __init__(self, variables, rate, beta_1=0.5, beta_2=0.999, epsilon=1e-7):
        self.rate, self.betas, self.epsilon, self.t = rate, (beta_1, beta_2), epsilon, 0
        self.m, self.v = ([np.zeros(v.shape) for v in variables] for _ in range(2))

    def step(self, variables, gradients):
        self.t += 1
        first, second = self.betas
        rate = self.rate * np.sqrt(1 - second**self.t) / (1 - first**self.t)
        for i, (variable, g) in enumerate(zip(variables, gradients, strict=True)):
            self.m[i] = first * self.m[i] + (1 - first) * g
            self.v[i] = second * self.v[i] + (1 - second) * g**2
            variable.assign(variable.numpy() - rate * self.m[i] / (np.sqrt(self.v[i]) + self.epsilon))


@pytest.mark.parametrize("jit", [False, True])
def test_three_steps_of_a_gan_are_a_plain_training_loop(tiny, jit):
    """Algorithm 1 of Goodfellow et al. with k = 1: D on the data and G's samples, then G against the new D."""
    game, plain = tiny.build("gan"), tiny.build("gan")  # equal, as they have one seed
    game.rehearse(tiny.data())
    game.compile({p: keras.optimizers.Adam(0.01, beta_1=0.5) for p in game.players}, jit=jit)
    game.fit(tiny.stream(3), verbose=0, shuffle=False)

    D, G = plain.discriminator, plain.generator
    d, g = D.trainable_variables, G.trainable_variables
    d_adam, g_adam = PlainAdam(d, 0.01), PlainAdam(g, 0.01)
    for step in range(3):
        x, z = tiny.data(step), tiny.codes(step)
        d_adam.step(d, tiny.gradient(lambda x=x, z=z: tiny.as_real(D(x)) + tiny.as_fake(D(G(z))), d)[0])
        g_adam.step(g, tiny.gradient(lambda z=z: tiny.as_real(D(G(z))), g)[0])
    tiny.assert_near(tiny.values(game.discriminator.trainable_variables), tiny.values(d), within=5e-6)
    tiny.assert_near(tiny.values(game.generator.trainable_variables), tiny.values(g), within=5e-6)


def test_aegan_terms_are_those_of_the_paper_for_given_network_outputs(tiny):
    game = tiny.ready(tiny.build("aegan", weights=tiny.weights["aegan"]))
    x, z = tiny.data().numpy(), tiny.codes().numpy()
    x_hat, z_hat = game.generator(z).numpy(), game.encoder(x).numpy()
    x_tilde, z_tilde = game.generator(z_hat).numpy(), game.encoder(x_hat).numpy()
    t = {k: game.discriminator(v).numpy() for k, v in (("real", x), ("sample", x_hat), ("reconstruction", x_tilde))}
    s = {
        k: game.code_discriminator(v).numpy()
        for k, v in (("real", z), ("code", z_hat), ("code_reconstruction", z_tilde))
    }

    def minus_log(probability):
        return -np.log(probability).mean()

    def d(logits):
        return 1 / (1 + np.exp(-logits.astype(np.float64)))

    expected = {
        "discriminator.real": minus_log(d(t["real"])),
        "discriminator.fake_sample": minus_log(1 - d(t["sample"])) / 2,
        "discriminator.fake_reconstruction": minus_log(1 - d(t["reconstruction"])) / 2,
        "code_discriminator.real": minus_log(d(s["real"])),
        "code_discriminator.fake_code": minus_log(1 - d(s["code"])) / 2,
        "code_discriminator.fake_code_reconstruction": minus_log(1 - d(s["code_reconstruction"])) / 2,
        "autoencoder.reconstruction": np.abs(x - x_tilde).mean(),
        "autoencoder.code_reconstruction": ((z - z_tilde) ** 2).mean(),
        "autoencoder.fool_sample": minus_log(d(t["sample"])),
        "autoencoder.fool_reconstruction": minus_log(d(t["reconstruction"])),
        "autoencoder.fool_code": minus_log(d(s["code"])),
        "autoencoder.fool_code_reconstruction": minus_log(d(s["code_reconstruction"])),
    }
    for player in game.players:
        terms = {name.partition(".")[2]: v for name, v in expected.items() if name.startswith(f"{player}.")}
        weights = tiny.weights["aegan"].get(player, {})
        expected[f"{player}.loss"] = sum(weights.get(term, 1.0) * value for term, value in terms.items())
    found = {name: float(value[0]) for name, value in game.train_step(tiny.data()).items()}
    assert found == pytest.approx(expected, rel=1e-5)


def test_aegan_that_only_reconstructs_is_the_autoencoder(tiny):
    nothing = dict.fromkeys(tiny.weights["aegan"]["autoencoder"], 0.0)
    aegan = tiny.build("aegan", weights={"autoencoder": nothing | {"reconstruction": 1.0}})
    plain = tiny.build("autoencoder")
    plain.encoder.set_weights(aegan.encoder.get_weights())
    plain.decoder.set_weights(aegan.generator.get_weights())
    before = tiny.values(plain.variables_of("autoencoder"))
    for game in (aegan, plain):
        tiny.ready(game, {"autoencoder": 1.0}).train_step(tiny.data())
    tiny.assert_near(
        tiny.values(aegan.variables_of("autoencoder")), tiny.values(plain.variables_of("autoencoder")), within=1e-6
    )
    assert any((a != b).any() for a, b in zip(before, tiny.values(plain.variables_of("autoencoder")), strict=True))
