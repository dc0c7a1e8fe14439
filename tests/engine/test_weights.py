"""Weights of terms: what weighs nothing is measured and not learned from."""

import warnings

import pytest
import tensorflow as tf


@pytest.mark.parametrize(
    ("name", "player", "terms"),
    [
        ("autoencoder", "autoencoder", ("reconstruction",)),
        ("gan", "generator", ("fool",)),
        ("aegan", "code_discriminator", ("real", "fake_code", "fake_code_reconstruction")),
    ],
)
def test_weight_zero_measures_without_learning(tiny, name, player, terms):
    """A player all of whose terms weigh nothing stays where it is, and its terms are still reported."""
    game = tiny.ready(tiny.build(name, weights={player: dict.fromkeys(terms, 0.0)}), {player: 0.1})
    weighted = tiny.ready(tiny.build(name)).train_step(tiny.data())
    before = tiny.values(game.variables_of(player))
    game.fit(tiny.stream(1), verbose=0, shuffle=False)
    found = dict(zip(game.terms, game.state.term_sums.numpy(), strict=True))
    for term in terms:
        assert found[f"{player}.{term}"] == pytest.approx(float(weighted[f"{player}.{term}"][0]), rel=1e-5)
    assert found[f"{player}.loss"] == 0
    tiny.assert_near(tiny.values(game.variables_of(player)), before, within=0)


def test_a_term_that_reaches_only_some_of_a_players_networks_moves_only_these(tiny):
    """fool_sample does not depend on the encoder: no fault, and nothing to warn of."""
    nothing = dict.fromkeys(tiny.weights["aegan"]["autoencoder"], 0.0)
    game = tiny.ready(tiny.build("aegan", weights={"autoencoder": nothing | {"fool_sample": 1.0}}), 0.1)
    encoder, generator = tiny.values(game.encoder.variables), tiny.values(game.generator.variables)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        game.fit(tiny.stream(1), verbose=0, shuffle=False)
    tiny.assert_near(tiny.values(game.encoder.variables), encoder, within=0)
    assert any((a != b).any() for a, b in zip(generator, tiny.values(game.generator.variables), strict=True))
    assert [str(w.message) for w in warned if "Gradients do not exist" in str(w.message)] == []


def test_a_penalty_is_a_term_with_its_configured_weight(tiny):
    """R1 of a weight of 4, measured by hand: half the squared gradient norm of the logits at the data."""
    for weight in (4.0, 0.0):
        game = tiny.ready(tiny.build("gan", penalties={"r1": {"weight": weight, "on": "discriminator"}}))
        x = tiny.data()
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = game.discriminator(x)
        r1 = 0.5 * float(tf.reduce_mean(tf.reduce_sum(tape.gradient(logits, x) ** 2, axis=1)))
        logs = {name: float(value[0]) for name, value in game.train_step(x).items()}
        assert logs["discriminator.r1"] == pytest.approx(r1, rel=1e-5)
        total = logs["discriminator.real"] + logs["discriminator.fake"] + weight * r1
        assert logs["discriminator.loss"] == pytest.approx(total, rel=1e-5)


def test_a_penaltys_weight_goes_to_its_final_one_along_half_a_cosine(tiny):
    """From 4 to 1 in 6 steps: after none 4, after two 1 + 3 * 0.75, after three 2.5, after six and later 1."""
    penalty = {"weight": 4.0, "final_weight": 1.0, "on": "discriminator"}
    game = tiny.ready(tiny.build("gan", penalties={"r1": penalty}))
    game.total_steps = 6
    weights = []
    for _ in range(8):
        logs = {name: float(value[0]) for name, value in game.train_step(tiny.data()).items()}
        rest = logs["discriminator.loss"] - logs["discriminator.real"] - logs["discriminator.fake"]
        weights.append(rest / logs["discriminator.r1"])
    expected = [4.0, 1 + 1.5 * (1 + 0.75**0.5), 3.25, 2.5, 1.75, 1 + 1.5 * (1 - 0.75**0.5), 1.0, 1.0]
    assert weights == pytest.approx(expected, rel=1e-4)


def test_a_penalty_may_begin_at_no_weight(tiny):
    """From 0 to 4 in 2 steps: half a cosine passes 2."""
    game = tiny.ready(tiny.build("gan", penalties={"r1": {"weight": 0.0, "final_weight": 4.0, "on": "discriminator"}}))
    game.total_steps = 2
    for weight in (0.0, 2.0, 4.0):
        logs = {name: float(value[0]) for name, value in game.train_step(tiny.data()).items()}
        total = logs["discriminator.real"] + logs["discriminator.fake"] + weight * logs["discriminator.r1"]
        assert logs["discriminator.loss"] == pytest.approx(total, rel=1e-5)
