"""Rates, schedules, updates and clipping of each player's optimizer, by numbers worked out by hand."""

import math

import keras
import numpy as np
import pytest

from ganae_cli import optimizers
from ganae_cli.errors import UserError
from ganae_cli.optimizers import Schedule

PLAYERS = ("discriminator", "code_discriminator", "autoencoder")
SHARED = {"learning_rate": 0.1, "discriminator_learning_rate": None, "schedule": "constant", "warmup_steps": 0}
SGD = {"name": "sgd", **SHARED}


def rates(config, players=PLAYERS):
    made = optimizers.for_players(dict.fromkeys(players, 1), SGD | config, steps=10)
    return {player: pytest.approx(float(optimizer.learning_rate)) for player, optimizer in made.items()}


def moved(config, start, gradient, times=1):
    """Return the value of a variable after `times` equal gradients."""
    (optimizer,) = optimizers.for_players({"generator": 1}, SHARED | config, steps=10).values()
    variable = keras.Variable(start, dtype="float32")
    optimizer.build([variable])
    for _ in range(times):
        optimizer.apply([np.asarray(gradient, np.float32)], [variable])
    return pytest.approx(variable.numpy().tolist(), rel=1e-5, abs=1e-7)


# Rates of players ---------------------------------------------------------------------------------------------------


def test_one_rate_for_all():
    assert rates({}) == {"discriminator": 0.1, "code_discriminator": 0.1, "autoencoder": 0.1}


def test_discriminators_may_be_faster():
    given = {"discriminator_learning_rate": 0.4}
    assert rates(given) == {"discriminator": 0.4, "code_discriminator": 0.4, "autoencoder": 0.1}


def test_a_players_own_rate_comes_first():
    own = {
        "discriminator_learning_rate": 0.4,
        "discriminator": {"learning_rate": 0.7},
        "autoencoder": {"learning_rate": 3.0},
    }
    assert rates(own) == {"discriminator": 0.7, "code_discriminator": 0.4, "autoencoder": 3.0}


def test_any_option_can_be_a_players_own():
    made = optimizers.for_players(
        dict.fromkeys(PLAYERS, 1), SGD | {"momentum": 0.5, "discriminator": {"momentum": 0.9}}, steps=10
    )
    assert {player: optimizer.momentum for player, optimizer in made.items()} == {
        "discriminator": 0.9,
        "code_discriminator": 0.5,
        "autoencoder": 0.5,
    }
    assert len({id(optimizer) for optimizer in made.values()}) == 3


def test_an_unknown_player_is_refused():
    with pytest.raises(UserError, match=r"optimizer.critic: no such player \(players: discriminator, code_disc"):
        rates({"critic": {"learning_rate": 1.0}})


def test_an_unknown_option_is_refused():
    with pytest.raises(UserError, match="optimizer 'sgd' has no option 'momentun'; did you mean 'momentum'"):
        rates({"autoencoder": {"momentun": 0.5}})


# Schedules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "warmup", "expected"),  # of peak 8 over 12 steps: step -> rate
    [
        ("constant", 0, {0: 8, 11: 8, 100: 8}),
        ("constant", 4, {0: 2, 1: 4, 3: 8, 4: 8, 100: 8}),
        ("linear", 0, {0: 8, 3: 6, 6: 4, 9: 2, 12: 0, 100: 0}),
        ("linear", 4, {0: 2, 2: 6, 3: 8, 4: 8, 6: 6, 8: 4, 12: 0}),  # falls from step 4 to 12
        ("cosine", 0, {0: 8, 3: 4 * (1 + math.sqrt(0.5)), 6: 4, 9: 4 * (1 - math.sqrt(0.5)), 12: 0, 100: 0}),
        ("cosine", 4, {1: 4, 4: 8, 8: 4, 12: 0}),
        ("linear", 12, {5: 4, 11: 8, 13: 0}),  # no steps are left to fall in
    ],
)
def test_schedules_by_hand(shape, warmup, expected):
    schedule = Schedule(8.0, shape, warmup, 12)
    assert {step: float(schedule(step)) for step in expected} == pytest.approx(expected, abs=1e-6)


def test_a_schedule_follows_the_optimizers_own_steps():
    """SGD under a line from 1 to 0 over 4 steps: 1 + 3/4 + 1/2 + 1/4 + 0."""
    config = SGD | {"learning_rate": 1.0, "schedule": "linear"}
    (optimizer,) = optimizers.for_players({"generator": 1}, config, steps=4).values()
    variable = keras.Variable(0.0)
    optimizer.build([variable])
    values = []
    for _ in range(5):
        optimizer.apply([np.float32(-1.0)], [variable])
        values.append(float(variable))
    assert values == pytest.approx([1.0, 1.75, 2.25, 2.5, 2.5])


def test_a_schedule_of_a_player_with_several_moves_per_step_ends_at_the_last_step():
    """A critic of 3 moves a step, 4 steps: its rate falls from 1 to 0 over 12 moves, warm-up of 1 step over 3."""
    config = SGD | {"learning_rate": 1.0, "schedule": "linear", "warmup_steps": 1}
    made = optimizers.for_players({"generator": 1, "discriminator": 3}, config, steps=4)
    rates = {player: made[player]._learning_rate for player in made}
    assert [float(rates["discriminator"](move)) for move in (0, 2, 3, 7.5, 12)] == pytest.approx([1 / 3, 1, 1, 0.5, 0])
    assert [float(rates["generator"](move)) for move in (0, 1, 2.5, 4)] == pytest.approx([1, 1, 0.5, 0])


def test_a_schedule_survives_keras_serialization():
    schedule = Schedule(8.0, "cosine", 4, 12)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    assert float(again(5)) == float(schedule(5))


# Updates ------------------------------------------------------------------------------------------------------------


def test_sgd_by_hand():
    """0.1 * g = 0.3; with momentum 0.5 the second step is 0.5 * 0.3 + 0.3, and Nesterov looks one step ahead."""
    assert moved({"name": "sgd"}, [1.0], [3.0]) == [0.7]
    assert moved({"name": "sgd", "momentum": 0.5}, [1.0], [3.0], times=2) == [1 - 0.3 - 0.45]
    assert moved({"name": "sgd", "momentum": 0.5, "nesterov": True}, [1.0], [3.0]) == [1 - 0.45]


def test_adam_by_hand():
    """The first step is the rate, whatever the gradient, because of Adam's bias correction."""
    adam = {"name": "adam", "beta_1": 0.5, "beta_2": 0.999, "epsilon": 1e-12}
    assert moved(adam, [1.0, 1.0], [3.0, -0.01]) == [0.9, 1.1]
    assert moved(adam, [1.0], [4.0], times=2) == [0.8]
    # Keras' epsilon is the paper's epsilon hat, added to the uncorrected root: v = 0.001 g^2, so it halves the step
    assert moved(adam | {"epsilon": 0.001**0.5}, [1.0], [1.0]) == [0.95]


def test_rmsprop_by_hand():
    """v = (1 - rho) g^2 = 0.36 at rho 0.96 and g = 3, its root 0.6: the step is 0.1 * 3 / 0.6."""
    assert moved({"name": "rmsprop", "rho": 0.96}, [1.0], [3.0]) == [0.5]


def test_rmsprop_with_epsilon_under_the_root_or_added_to_it():
    """v = 0.04 g^2, of a gradient of 0.0002: sqrt(v) = 4e-5, so an epsilon of 1e-8 under the root makes it 1.08e-4."""
    g = 2e-4
    for under, root in ((True, (1.6e-9 + 1e-8) ** 0.5), (False, 4e-5 + 1e-8)):
        config = {"name": "rmsprop", "rho": 0.96, "epsilon": 1e-8, "epsilon_under_root": under}
        assert moved(config, [0.0], [g]) == [-0.1 * g / root]


@pytest.mark.parametrize("momentum", [0.0, 0.5])
@pytest.mark.parametrize("under", [True, False])
def test_three_steps_of_rmsprop_are_the_recursion_by_hand(momentum, under):
    optimizer = optimizers.rmsprop(0.1, 0.9, momentum, 0.01, under)
    variable, w, v, m = keras.Variable([1.0]), 1.0, 0.0, 0.0
    optimizer.build([variable])
    for g in (0.3, -0.2, 0.1):
        optimizer.apply([np.array([g], np.float32)], [variable])
        v = 0.9 * v + 0.1 * g**2
        m = momentum * m + 0.1 * g / ((v + 0.01) ** 0.5 if under else v**0.5 + 0.01)
        w -= m
        assert float(variable[0]) == pytest.approx(w, rel=1e-5)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert (type(again), again.epsilon_under_root) == (type(optimizer), under)


def test_weight_decay_is_decoupled():
    """2 - 0.1 * 0.5 * 2, though the gradient is 0; Adam's moments do not contain it."""
    for name in ("sgd", "adam", "rmsprop"):
        assert moved({"name": name, "weight_decay": 0.5}, [2.0], [0.0]) == [1.9]


def test_gradients_are_clipped():
    """(3, 4) has norm 5: clipped to 1 it is (0.6, 0.8)."""
    for option in ("clipnorm", "global_clipnorm"):
        assert moved({"name": "sgd", option: 1.0}, [0.0, 0.0], [3.0, 4.0]) == [-0.06, -0.08]
        assert moved({"name": "sgd", option: 10.0}, [0.0, 0.0], [3.0, 4.0]) == [-0.3, -0.4]


@pytest.mark.parametrize("name", ["sgd", "adam", "rmsprop"])
def test_both_ways_of_clipping_exclude_each_other(name):
    config = SHARED | {"name": name, "clipnorm": 1.0, "autoencoder": {"global_clipnorm": 1.0}}
    with pytest.raises(UserError, match=r"optimizer.clipnorm .* or optimizer.global_clipnorm.*, not both"):
        optimizers.for_players(dict.fromkeys(PLAYERS, 1), config, steps=10)


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_float16_scales_its_losses(precision):
    """float16's smallest number is 6e-8; bfloat16 has float32's range."""
    keras.config.set_dtype_policy(precision)
    (optimizer,) = optimizers.for_players({"generator": 1}, SGD, steps=10).values()
    scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (precision == "mixed_float16")


# Loading ------------------------------------------------------------------------------------------------------------


def test_constant_rates_are_kept_while_weights_are_loaded_and_schedules_are_left_alone():
    """The block sets a rate as a weights file would: the constant rate of 0.1 comes back; a schedule is no number."""
    config = SGD | {"autoencoder": {"schedule": "linear"}}
    made = optimizers.for_players(dict.fromkeys(("discriminator", "autoencoder"), 1), config, steps=10)
    schedule = made["autoencoder"]._learning_rate
    with optimizers.rates_as_configured(made.values()):
        made["discriminator"].learning_rate = 0.7
    assert float(made["discriminator"].learning_rate) == pytest.approx(0.1)
    assert made["autoencoder"]._learning_rate is schedule
