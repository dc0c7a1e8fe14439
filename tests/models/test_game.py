"""Who learns what from whom: every player's step against gradients written out here, apart from the package."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.models.parts import Parts
from ganae_cli.randomness import Draws

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
WEIGHTS = {"aegan": AEGAN_WEIGHTS}


@pytest.fixture
def build(parts):
    """A game of tiny perceptrons on points of two numbers."""

    def built(name, norm="none", weights=None, networks=None, **losses):
        tiny = {role: {"name": "mlp", "width": 8, "depth": 1, "norm": norm} for role in ROLES[name]}
        given = Parts((2,), tiny | (networks or {}), **(LOSSES[name] | losses))
        game = parts.build("model", name, parts=given, z_dim=Z_DIM, weights=weights)
        given.finish(name)
        return game

    return built


def data(step=0):
    return tf.constant(np.random.default_rng(step).normal(size=(COUNT, 2)), tf.float32)


def codes(step=0):
    """The prior's codes of a step: they are drawn in `observe`, with the game's seed."""
    return Draws(0, step, COUNT, label="observe").normal(Z_DIM)


def ready(game, rates=0.0, ema=0.0, jit=False):
    """The game rehearsed and compiled for plain gradient descent; rates: of all players, or player -> rate."""
    rates = rates if isinstance(rates, dict) else dict.fromkeys(game.players, rates)
    game.rehearse(data())
    game.compile({p: keras.optimizers.SGD(rates.get(p, 0.0)) for p in game.players}, jit=jit, ema=ema)
    return game


def values(variables):
    return [v.numpy() for v in variables]


def networks_of(game):
    return [getattr(game, role) for owned in game.players.values() for role in owned]


def assert_near(found, expected, atol):
    assert len(found) == len(expected) > 0
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=atol)


# The losses, written out --------------------------------------------------------------------------------------------


def yes(logits):
    """-log sigmoid(t), the price of not being taken for real."""
    return tf.reduce_mean(tf.math.log1p(tf.exp(-logits)))


def no(logits):
    return tf.reduce_mean(tf.math.log1p(tf.exp(logits)))


def gan_discriminator(g, x, z):
    return yes(g.discriminator(x)) + no(g.discriminator(g.generator(z)))


def gan_generator(g, x, z):
    return yes(g.discriminator(g.generator(z)))


def autoencoder(g, x, z):
    return tf.reduce_mean(tf.abs(x - g.decoder(g.encoder(x))))


def aegan_discriminator(g, x, z):
    judge = g.discriminator
    return yes(judge(x)) + (no(judge(g.generator(z))) + no(judge(g.generator(g.encoder(x))))) / 2


def aegan_code_discriminator(g, x, z):
    judge = g.code_discriminator
    return yes(judge(z)) + (no(judge(g.encoder(x))) + no(judge(g.encoder(g.generator(z))))) / 2


def aegan_autoencoder(g, x, z):
    x_hat, z_hat = g.generator(z), g.encoder(x)
    x_tilde, z_tilde = g.generator(z_hat), g.encoder(x_hat)
    rebuilt = 10 * tf.reduce_mean(tf.abs(x - x_tilde)) + 5 * tf.reduce_mean((z - z_tilde) ** 2)
    judge, code_judge = g.discriminator, g.code_discriminator
    fooled = 2 * yes(judge(x_hat)) + 3 * yes(judge(x_tilde)) + 4 * yes(code_judge(z_hat)) + yes(code_judge(z_tilde)) / 2
    return rebuilt + fooled


PAPERS = {
    ("gan", "discriminator"): gan_discriminator,
    ("gan", "generator"): gan_generator,
    ("autoencoder", "autoencoder"): autoencoder,
    ("aegan", "discriminator"): aegan_discriminator,
    ("aegan", "code_discriminator"): aegan_code_discriminator,
    ("aegan", "autoencoder"): aegan_autoencoder,
}


def gradient(loss, variables, *arguments):
    with tf.GradientTape() as tape:
        value = loss(*arguments)
    return values(tape.gradient(value, variables)), float(value)


# Routing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "player"), PAPERS)
def test_a_player_moves_along_its_own_gradient_and_nobody_else_moves(build, name, player):
    """At rate 1 a step of gradient descent is the gradient; the others' rate is 0."""
    game = ready(build(name, weights=WEIGHTS.get(name)), {player: 1.0})
    own = game.variables_of(player)
    others = [v for network in networks_of(game) for v in network.variables if all(v is not mine for mine in own)]
    expected, loss = gradient(PAPERS[name, player], own, game, data(), codes())
    before, before_others = values(own), values(others)
    logs = game.train_step(data())
    assert_near([b - a for b, a in zip(before, values(own), strict=True)], expected, atol=1e-6)
    assert all(np.abs(g).max() > 0 for g in expected), "a variable that nothing depends on"
    assert all((a == b).all() for a, b in zip(before_others, values(others), strict=True))
    assert float(logs[f"{player}.loss"][0]) == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize("name", ROLES)
def test_every_variable_has_one_owner(build, name):
    game = build(name)
    owned = [id(v) for player in game.players for v in game.variables_of(player)]
    assert len(owned) == len(set(owned))
    assert set(owned) == {id(v) for network in networks_of(game) for v in network.trainable_variables}
    assert sorted(p for movers in game.rounds for p in movers) == sorted(game.players)


class Number(keras.Layer):
    """A network that is one number."""

    def __init__(self, value):
        super().__init__()
        self.value = self.add_weight(shape=(), initializer=keras.initializers.Constant(value))


def toy(losses, rounds, rate=1.0):
    """A game of two numbers, a = 2 and b = 3; losses: (a's, b's) as functions of (game, what was observed of a)."""
    from ganae_cli.models.base import Game

    class Toy(Game):
        players = {"a": ("first",), "b": ("second",)}

        def __init__(self):
            super().__init__(Parts((1,), {}), z_dim=1)
            self.first, self.second = Number(2.0), Number(3.0)

        def observe(self, x):
            return SimpleNamespace(a=1.0 * self.first.value)

        def a_loss(self, seen):
            return {"term": losses[0](self, seen)}

        def b_loss(self, seen):
            return {"term": losses[1](self, seen)}

    Toy.rounds = rounds
    game = Toy()
    x = tf.zeros((4, 1))
    game.rehearse(x)
    game.compile({p: keras.optimizers.SGD(rate) for p in game.players})
    return game, x


def product(game, seen):
    return game.first.value * game.second.value


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ((("a", "b"),), (-1, 1)),
        ((("a",), ("b",)), (-1, 4)),
        ((("b",), ("a",)), (1, 1)),
        ((("a",), ("a", "b")), (-4, 4)),
    ],
)
def test_players_of_one_round_move_at_once_and_rounds_follow_one_another(rounds, expected):
    """Both lose a * b: a moves by -b and b by -a, seen before the round."""
    game, x = toy((product, product), rounds)
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == expected


def test_what_a_round_has_moved_is_observed_anew():
    """a moves to 1 first; b's gradient is a as it is then, not the 2 that the first round saw."""
    losses = (lambda game, seen: seen.a, lambda game, seen: game.second.value * seen.a)
    game, x = toy(losses, (("a",), ("b",)))
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == (1, 2)


def test_a_player_does_not_move_others_through_what_it_observes():
    """b's loss depends on a, whose owner has no loss of its own here that moves it."""
    losses = (lambda game, seen: 0.0 * seen.a, lambda game, seen: game.second.value * seen.a)
    game, x = toy(losses, (("a", "b"),))
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == (2, 1)


@pytest.mark.parametrize("name", ["gan", "aegan"])
def test_rounds_compiled_apart_are_the_rounds_played_together(build, name):
    """Two ways through one step: the first is taken under a strategy with jit, the second everywhere else."""
    together, apart = (ready(build(name, weights=WEIGHTS.get(name)), 0.1) for _ in range(2))
    apart.compiled_rounds = [apart._compiled_round(i) for i in range(len(apart.rounds))]
    for step in range(2):
        logs, other = together.train_step(data(step)), apart.train_step(data(step))
        assert {k: float(v[0]) for k, v in other.items()} == pytest.approx(
            {k: float(v[0]) for k, v in logs.items()}, abs=1e-5
        )
    for one, two in zip(networks_of(together), networks_of(apart), strict=True):
        assert_near(values(one.trainable_variables), values(two.trainable_variables), atol=1e-6)


# Three steps of a GAN -----------------------------------------------------------------------------------------------


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


def stream(steps):
    return tf.data.Dataset.from_tensor_slices(tf.concat([data(step) for step in range(steps)], 0)).batch(COUNT, True)


@pytest.mark.parametrize("jit", [False, True])
def test_three_steps_of_a_gan_are_the_loop_that_anyone_would_write(build, jit):
    """Algorithm 1 of Goodfellow et al., one step of each: D on the data and G's samples, then G against the new D."""
    game, plain = build("gan"), build("gan")
    game.rehearse(data())
    game.compile({p: keras.optimizers.Adam(0.01, beta_1=0.5) for p in game.players}, jit=jit)
    game.fit(stream(3), verbose=0, shuffle=False)

    judge, maker = plain.discriminator.trainable_variables, plain.generator.trainable_variables
    assert_near(values(build("gan").discriminator.trainable_variables), values(judge), atol=0)  # equal beginnings
    judge_adam, maker_adam = PlainAdam(judge, 0.01), PlainAdam(maker, 0.01)
    for step in range(3):
        z = codes(step)
        judge_adam.step(judge, gradient(gan_discriminator, judge, plain, data(step), z)[0])
        maker_adam.step(maker, gradient(gan_generator, maker, plain, data(step), z)[0])
    assert_near(values(game.discriminator.trainable_variables), values(judge), atol=5e-6)
    assert_near(values(game.generator.trainable_variables), values(maker), atol=5e-6)


# AEGAN --------------------------------------------------------------------------------------------------------------


def test_aegan_terms_are_the_papers_given_what_the_networks_say(build):
    game = ready(build("aegan", weights=AEGAN_WEIGHTS))
    x, z = data().numpy(), codes().numpy()
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
        "discriminator.fake": (minus_log(1 - d(t["sample"])) + minus_log(1 - d(t["reconstruction"]))) / 2,
        "code_discriminator.real": minus_log(d(s["real"])),
        "code_discriminator.fake": (minus_log(1 - d(s["code"])) + minus_log(1 - d(s["code_reconstruction"]))) / 2,
        "autoencoder.reconstruction": np.abs(x - x_tilde).mean(),
        "autoencoder.code_reconstruction": ((z - z_tilde) ** 2).mean(),
        "autoencoder.fool_sample": minus_log(d(t["sample"])),
        "autoencoder.fool_reconstruction": minus_log(d(t["reconstruction"])),
        "autoencoder.fool_code": minus_log(d(s["code"])),
        "autoencoder.fool_code_reconstruction": minus_log(d(s["code_reconstruction"])),
    }
    for player in game.players:
        terms = {name.partition(".")[2]: v for name, v in expected.items() if name.startswith(f"{player}.")}
        weights = AEGAN_WEIGHTS.get(player, {})
        expected[f"{player}.loss"] = sum(weights.get(term, 1.0) * value for term, value in terms.items())
    found = {name: float(value[0]) for name, value in game.train_step(data()).items()}
    assert found == pytest.approx(expected, rel=1e-5)


def test_aegan_that_only_reconstructs_is_the_autoencoder(build):
    nothing = dict.fromkeys(AEGAN_WEIGHTS["autoencoder"], 0.0)
    aegan = build("aegan", weights={"autoencoder": nothing | {"reconstruction": 1.0}})
    plain = build("autoencoder")
    plain.encoder.set_weights(aegan.encoder.get_weights())
    plain.decoder.set_weights(aegan.generator.get_weights())
    before = values(plain.variables_of("autoencoder"))
    for game in (aegan, plain):
        ready(game, {"autoencoder": 1.0}).train_step(data())
    assert_near(values(aegan.variables_of("autoencoder")), values(plain.variables_of("autoencoder")), atol=1e-6)
    assert any((a != b).any() for a, b in zip(before, values(plain.variables_of("autoencoder")), strict=True))


# Weights of terms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "player", "terms"),
    [
        ("autoencoder", "autoencoder", ("reconstruction",)),
        ("gan", "generator", ("fool",)),
        ("aegan", "code_discriminator", ("real", "fake")),
    ],
)
def test_weight_zero_measures_without_learning(build, name, player, terms):
    """A player all of whose terms weigh nothing stays where it is, and its terms are still reported."""
    game = ready(build(name, weights={player: dict.fromkeys(terms, 0.0)}), {player: 0.1})
    weighted = ready(build(name)).train_step(data())
    before = values(game.variables_of(player))
    game.fit(stream(1), verbose=0, shuffle=False)
    found = dict(zip(game.terms, game.tally.numpy(), strict=True))
    for term in terms:
        assert found[f"{player}.{term}"] == pytest.approx(float(weighted[f"{player}.{term}"][0]), rel=1e-5)
    assert found[f"{player}.loss"] == 0
    assert_near(values(game.variables_of(player)), before, atol=0)


def test_a_term_that_reaches_only_some_of_a_players_networks_moves_only_these(build):
    """fool_sample does not depend on the encoder."""
    nothing = dict.fromkeys(AEGAN_WEIGHTS["autoencoder"], 0.0)
    game = ready(build("aegan", weights={"autoencoder": nothing | {"fool_sample": 1.0}}), 0.1)
    encoder, generator = values(game.encoder.variables), values(game.generator.variables)
    game.fit(stream(1), verbose=0, shuffle=False)
    assert_near(values(game.encoder.variables), encoder, atol=0)
    assert any((a != b).any() for a, b in zip(generator, values(game.generator.variables), strict=True))


def test_a_penalty_is_a_term_with_its_configured_weight(build):
    """R1 of a weight of 4, measured by hand: half the squared gradient norm of the logits at the data."""
    for weight in (4.0, 0.0):
        game = ready(build("gan", penalties={"r1": {"weight": weight, "on": "discriminator"}}))
        x = data()
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = game.discriminator(x)
        r1 = 0.5 * float(tf.reduce_mean(tf.reduce_sum(tape.gradient(logits, x) ** 2, axis=1)))
        logs = {name: float(value[0]) for name, value in game.train_step(x).items()}
        assert logs["discriminator.r1"] == pytest.approx(r1, rel=1e-5)
        total = logs["discriminator.real"] + logs["discriminator.fake"] + weight * r1
        assert logs["discriminator.loss"] == pytest.approx(total, rel=1e-5)


# What is refused ----------------------------------------------------------------------------------------------------


def test_a_weight_of_an_unknown_term_is_refused(build):
    message = r"model.weights.generator.foool: no such term \(terms: discriminator.real, .*generator.fool\)"
    with pytest.raises(UserError, match=message):
        build("gan", weights={"generator": {"foool": 1.0}}).rehearse(data())
    with pytest.raises(UserError, match=r"model.weights.critic.real: no such term"):
        build("gan", weights={"critic": {"real": 1.0}}).rehearse(data())


@pytest.mark.parametrize(("name", "on"), [("autoencoder", "encoder"), ("gan", "generator"), ("gan", "critic")])
def test_a_penalty_on_a_network_that_nobody_penalises_is_refused(build, name, on):
    networks = ", ".join(sorted(ROLES[name]))
    with pytest.raises(UserError, match=rf"loss.penalties.r1: nothing here penalises '{on}' \(networks: {networks}\)"):
        build(name, penalties={"r1": {"weight": 1.0, "on": on}}).rehearse(data())


def test_batch_norm_under_a_penalty_is_refused(build):
    penalties = {"gradient_penalty": {"weight": 10.0, "on": "discriminator", "target": 1.0}}
    with pytest.raises(UserError, match=r"BatchNorm.*: set networks.discriminator.norm=layer or none"):
        build("gan", norm="batch", penalties=penalties).rehearse(data())
    build("gan", norm="layer", penalties=penalties).rehearse(data())


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("gan", {"adversarial": None}, r"needs loss.adversarial, which is null \(choices: .*hinge, .*wasserstein\)"),
        ("gan", {"adversarial": "hing"}, "no adversarial named 'hing'; did you mean 'hinge'"),
        ("gan", {"reconstruction": "mse"}, "model 'gan' does not use loss.reconstruction: leave it null"),
        ("aegan", {"reconstruction": None}, r"needs loss.reconstruction, which is null \(choices: bce, mae, mse\)"),
        ("autoencoder", {"adversarial": "hinge"}, "model 'autoencoder' does not use loss.adversarial: leave it null"),
        (
            "gan",
            {"networks": {"encoder": {"name": "mlp"}}},
            r"model 'gan' has no network 'encoder' \(its networks: discriminator, generator\)",
        ),
        ("gan", {"networks": {"generator": {"name": "mpl"}}}, "no network named 'mpl'; did you mean 'mlp'"),
        (
            "gan",
            {"networks": {"generator": {"name": "mlp", "widht": 3}}},
            "has no option 'widht'; did you mean 'width'",
        ),
        ("gan", {"networks": {"generator": {"name": "dcgan"}}}, "networks.generator: network 'dcgan' needs images"),
        ("gan", {"penalties": {"r3": {"weight": 1.0, "on": "discriminator"}}}, "no penalty named 'r3'"),
    ],
)
def test_parts_that_do_not_fit_the_model_are_refused(build, name, given, message):
    with pytest.raises(UserError, match=message):
        build(name, **given)


def test_a_role_without_a_network_is_refused(parts):
    networks = {"generator": {"name": "mlp"}}
    with pytest.raises(
        UserError, match=r"no network for the role 'discriminator': choose one with network@networks.disc"
    ):
        parts.build("model", "gan", parts=Parts((2,), networks, adversarial="hinge"), z_dim=Z_DIM)


def test_a_term_that_is_no_scalar_is_refused():
    losses = (lambda game, seen: seen.a * tf.ones(3), product)
    with pytest.raises(ValueError, match=r"the term 'a.term' must be a scalar, got shape \(3,\)"):
        toy(losses, (("a",), ("b",)))


def test_a_model_without_an_encoder_says_so(build):
    assert not build("gan").encodes
    assert build("autoencoder").encodes
    with pytest.raises(UserError, match="model 'GAN' has no encoder"):
        build("gan").encode(data())


# Beside the losses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ROLES)
def test_rehearsing_changes_nothing(build, name):
    """Not even the running statistics of BatchNorm."""
    game = build(name, norm="batch")
    before = values(game.variables)
    assert any("moving" in v.path for v in game.variables)
    game.rehearse(data())
    assert_near(values(game.variables), before, atol=0)


def test_averages_follow_the_recursion(build):
    """a_0 = w_0, a_t = 0.9 a_(t-1) + 0.1 w_t, of the generator alone."""
    game = ready(build("gan"), 0.5, ema=0.9)
    expected = values(game.generator.variables)
    judge = values(game.discriminator.variables)
    for step in range(3):
        game.train_step(data(step))
        expected = [0.9 * a + 0.1 * w for a, w in zip(expected, values(game.generator.variables), strict=True)]
    live, live_judge = values(game.generator.variables), values(game.discriminator.variables)
    with game.averaged():
        assert_near(values(game.generator.variables), expected, atol=1e-6)
        assert_near(values(game.discriminator.variables), live_judge, atol=0)
    assert_near(values(game.generator.variables), live, atol=0)
    assert np.abs(live[0] - expected[0]).max() > 1e-3
    assert np.abs(live_judge[0] - judge[0]).max() > 1e-3
    game.take_averages()
    assert_near(values(game.generator.variables), expected, atol=1e-6)


def test_without_averages_samples_come_from_the_weights_as_they_are(build):
    game = ready(build("gan"), 0.5)
    game.train_step(data())
    live = game.generate(codes()).numpy()
    with game.averaged():
        assert (game.generate(codes()).numpy() == live).all()


def fit(game, batches, every, callbacks=()):
    """Train as `runs` does, with a row of the history every so many steps; returns the rows."""
    from ganae_cli.callbacks.history import History

    history, rows = History(every, 0, COUNT, seconds=0.0, last_row=0), []
    history.listeners.append(rows.append)
    game.interrupted = False  # `Stop` sets it
    game.fit(batches, verbose=0, shuffle=False, callbacks=[history, *callbacks])
    return rows


def test_history_holds_means_over_its_interval(build):
    """Every two steps, and the last one alone."""
    game, seen = ready(build("gan"), 0.1), []
    record = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(float(logs["generator.fool"][0]))
    )
    rows = fit(game, stream(5), 2, [record])
    assert [row["step"] for row in rows] == [2, 4, 5]
    means = [(seen[0] + seen[1]) / 2, (seen[2] + seen[3]) / 2, seen[4]]
    assert [row["generator.fool"] for row in rows] == pytest.approx(means, rel=1e-6)
    assert len(set(seen)) == 5


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_stops_the_run_and_is_named(build, bad):
    """The third batch holds one bad number; asked after the fourth step, the history still names the third."""
    from ganae_cli.callbacks.history import NotFinite

    batches = [data(step).numpy() for step in range(4)]
    batches[2][5, 1] = bad
    game = ready(build("gan"), 0.1)
    with pytest.raises(NotFinite, match=r"^discriminator.real.* is not finite at step 3$"):
        fit(game, tf.data.Dataset.from_tensor_slices(np.concatenate(batches)).batch(COUNT, True), 2)


def test_the_first_bad_step_is_remembered_until_somebody_asks(build):
    """A checkpoint is refused even if the terms have become finite again."""
    from ganae_cli.callbacks.history import History, NotFinite

    losses = (lambda game, seen: seen.a + tf.where(game.step.value == 1, np.inf, 0.0), product)
    game, x = toy(losses, (("a",), ("b",)), rate=0.0)
    history = History(10, 0, 4, seconds=0.0, last_row=0)
    history.set_model(game)
    game.train_step(x)
    history.check_finite()
    for _ in range(3):
        game.train_step(x)
    with pytest.raises(NotFinite, match=r"^a.term is not finite at step 2$"):
        history.check_finite()
