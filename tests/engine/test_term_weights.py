"""Weights of loss terms: defaults, a penalty's weight that changes over the training, and weight 0."""

import warnings

import keras
import pytest
import tensorflow as tf

from ganae_cli.engine.penalize import WeightedPenalty
from ganae_cli.engine.term_weights import TermWeights, by_size
from ganae_cli.errors import UserError
from ganae_cli.losses import reconstruction
from ganae_cli.penalties.gradient import R1


def r1(weight=4.0, final_weight=None):
    return {"r1": WeightedPenalty("r1", R1(), weight, "discriminator", final_weight)}


def test_a_weight_is_the_configured_one_else_that_of_the_penalty_else_1():
    weights = TermWeights({"discriminator": {"real": 0.5}, "generator": {"r1": 9.0}}, r1(weight=4.0))
    assert weights.of("discriminator", "real") == 0.5
    assert weights.of("discriminator", "fake") == 1.0
    assert weights.of("discriminator", "r1") == 4.0
    assert weights.of("generator", "r1") == 9.0


@pytest.mark.parametrize(
    ("weight", "final_weight", "learned", "changes"),
    [
        (4.0, None, True, False),
        (0.0, None, False, False),
        (0.0, 4.0, True, True),
        (4.0, 0.0, True, True),
        (0.0, 0.0, False, False),
        ({"start": 0, "end": 4}, None, True, True),
        ({"start": 4, "end": 0}, None, True, True),
        ({"start": 0, "end": 0}, None, False, False),
    ],
)
def test_a_term_is_learned_unless_its_weight_is_0_all_the_time(weight, final_weight, learned, changes):
    weights = TermWeights({}, r1(weight, final_weight))
    assert weights.is_learned("discriminator", "r1") is learned
    assert weights.changes("discriminator", "r1") is changes
    assert weights.is_learned("discriminator", "real")
    assert not weights.changes("discriminator", "real")


@pytest.mark.parametrize(
    ("share", "weight"),
    [(0.0, 10.0), (1 / 3, 7.75), (0.5, 5.5), (2 / 3, 3.25), (1.0, 1.0), (1.5, 1.0)],
)
def test_a_weight_falls_along_half_a_cosine(share, weight):
    """A weight that goes from 10 to 1 is 1 + 9 (1 + cos(pi share)) / 2; cos(pi / 3) = 1/2. After the end it stays."""
    weights = TermWeights({}, r1(10.0, final_weight=1.0))
    assert float(weights.after("discriminator", "r1", share)) == pytest.approx(weight, rel=1e-6)


def test_a_weight_may_rise_and_begins_with_the_configured_one():
    weights = TermWeights({"discriminator": {"r1": 2.0}}, r1(10.0, final_weight=4.0))
    assert float(weights.after("discriminator", "r1", 0.5)) == pytest.approx(3.0, rel=1e-6)
    assert TermWeights({}, r1(10.0)).after("discriminator", "r1", 0.5) == 10.0


def test_the_weight_of_any_term_may_be_a_schedule():
    """From 1 to 3 on a line until half of the training is done: 2 after a quarter."""
    schedule = {"start": 1.0, "end": 3.0, "until": 0.5}
    of_term, of_penalty = TermWeights({"generator": {"fool": schedule}}, {}), TermWeights({}, r1(schedule))
    for share, weight in ((0.0, 1.0), (0.25, 2.0), (0.5, 3.0), (1.0, 3.0)):
        assert float(of_term.after("generator", "fool", share)) == pytest.approx(weight, rel=1e-6)
        assert float(of_penalty.after("discriminator", "r1", share)) == pytest.approx(weight, rel=1e-6)


def test_a_schedule_excludes_final_weight():
    weights = TermWeights({"discriminator": {"r1": {"start": 0, "end": 1}}}, r1(final_weight=2.0))
    with pytest.raises(UserError, match=r"discriminator\.r1 is a schedule: set loss\.penalties\.r1\.final_weight=null"):
        weights.of("discriminator", "r1")


# In a game ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "player", "terms"),
    [
        ("autoencoder", "autoencoder", ("reconstruction",)),
        ("gan", "generator", ("fool",)),
        ("aegan", "code_discriminator", ("real", "fake_code", "fake_code_reconstruction")),
    ],
)
def test_weight_0_measures_without_learning(tiny, name, player, terms):
    """A player whose terms all have weight 0 stays where it is, and its terms are still reported."""
    game = tiny.ready(tiny.build(name, weights={player: dict.fromkeys(terms, 0.0)}), {player: 0.1})
    weighted = tiny.ready(tiny.build(name)).train_step(tiny.data())
    before = tiny.values(game.variables_of(player))
    game.fit(tiny.stream(1), verbose=0, shuffle=False)
    found = dict(zip(game.terms, game.state.term_sums.numpy(), strict=True))
    for term in terms:
        assert found[f"{player}.{term}"] == pytest.approx(float(weighted[f"{player}.{term}"][0]), rel=1e-5)
    assert found[f"{player}.loss"] == 0
    tiny.assert_near(tiny.values(game.variables_of(player)), before, within=0)


def test_a_term_of_only_some_of_a_players_networks_moves_only_these(tiny):
    """fool_sample does not depend on the encoder: no error, and no warning."""
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
    """R1 of weight 4, computed here: half the squared gradient norm of the logits at the data."""
    for weight in (4.0, 0.0):
        game = tiny.ready(tiny.build("gan", penalties={"r1": {"weight": weight, "on": "discriminator"}}))
        x = tiny.data()
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = game.discriminator(x)
        expected = 0.5 * float(tf.reduce_mean(tf.reduce_sum(tape.gradient(logits, x) ** 2, axis=1)))
        logs = {name: float(value[0]) for name, value in game.train_step(x).items()}
        assert logs["discriminator.r1"] == pytest.approx(expected, rel=1e-5)
        total = logs["discriminator.real"] + logs["discriminator.fake"] + weight * expected
        assert logs["discriminator.loss"] == pytest.approx(total, rel=1e-5)


def test_the_weight_in_the_loss_changes_with_the_step(tiny):
    """The weight goes from 4 to 1 in 6 steps: 4 at first, after two 1 + 3 * 0.75, after three 2.5, from six on 1."""
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


def test_a_penalty_may_begin_with_weight_0(tiny):
    """The weight goes from 0 to 4 in 2 steps, along half a cosine, which passes 2 in the middle."""
    game = tiny.ready(tiny.build("gan", penalties={"r1": {"weight": 0.0, "final_weight": 4.0, "on": "discriminator"}}))
    game.total_steps = 2
    for weight in (0.0, 2.0, 4.0):
        logs = {name: float(value[0]) for name, value in game.train_step(tiny.data()).items()}
        total = logs["discriminator.real"] + logs["discriminator.fake"] + weight * logs["discriminator.r1"]
        assert logs["discriminator.loss"] == pytest.approx(total, rel=1e-5)


@pytest.mark.parametrize("jit", [False, True])
def test_a_schedule_that_begins_at_0_trains_its_term_later(tiny, jit):
    """From 0 to 2 over the first 4 of 8 steps: 0, 0.5, 1, 1.5, then 2; the first step does not move the generator."""
    weights = {"generator": {"fool": {"start": 0.0, "end": 2.0, "until": 0.5}}}
    game = tiny.build("gan", weights=weights)
    game.rehearse(tiny.data())
    game.compile({player: keras.optimizers.SGD(0.1) for player in game.players}, jit=jit, steps=8)
    step = tf.function(game.train_step, jit_compile=jit, autograph=False)
    before, moved = tiny.values(game.generator.trainable_variables), []
    for weight in (0.0, 0.5, 1.0, 1.5, 2.0, 2.0):
        logs = {name: float(value[0]) for name, value in step(tiny.data()).items()}
        assert logs["generator.loss"] == pytest.approx(weight * logs["generator.fool"], rel=1e-5)
        now = tiny.values(game.generator.trainable_variables)
        moved.append(any((a != b).any() for a, b in zip(before, now, strict=True)))
        before = now
    assert moved == [False, True, True, True, True, True]


SIZED = {"reconstruction": 1.25}


@pytest.mark.parametrize(
    ("shape", "weight"),
    [((8, 8, 1), 10.0), ((28, 28, 1), 35.0), ((32, 32, 3), 69.28), ((4, 4, 1), 10.0), ((2,), 10.0)],
)
def test_a_weight_of_null_grows_with_the_square_root_of_an_image(shape, weight):
    """1.25 sqrt(32 * 32 * 3) = 69.28; images smaller than 8x8, and points, have the weight of 8x8."""
    found = by_size({"autoencoder": {"reconstruction": None, "fool": 2.0}}, SIZED, shape)
    assert found == {"autoencoder": {"reconstruction": weight, "fool": 2.0}}


def test_so_the_gradient_at_an_image_is_as_long_at_any_size():
    """The gradient of a weighted mean of absolute differences, at one image: weight * sqrt(H W C) / (H W C)."""
    lengths = []
    for side in (8, 16, 32):
        weight = by_size({"a": {"reconstruction": None}}, SIZED, (side, side, 1))["a"]["reconstruction"]
        x = tf.Variable(tf.zeros((1, side, side, 1)))
        with tf.GradientTape() as tape:
            loss = weight * reconstruction.mae()(tf.ones_like(x), x)
        lengths.append(float(tf.norm(tape.gradient(loss, x))))
    assert lengths == pytest.approx([1.25] * 3)


def test_a_term_without_a_rule_must_have_a_number():
    with pytest.raises(UserError, match=r"model\.weights\.autoencoder\.fool cannot be null: expected a number"):
        by_size({"autoencoder": {"fool": None}}, SIZED, (8, 8, 1))
    given = {"autoencoder": {"reconstruction": 3.0}}
    assert by_size(given, {}, (28, 28, 1)) == given
