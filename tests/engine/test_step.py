"""One step: batches of rounds, gates, moves, and rounds that are compiled apart."""

import json
import subprocess
import sys
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Game, Parts, step
from tests.games import Number


def first_times_second(game, outputs):
    return game.first.value * game.second.value


def test_the_values_of_a_step_are_the_terms_and_the_losses_in_the_order_of_play(toy):
    """Both terms are 2 * 3; a, the first to move, goes to -1, so that b's term is -1 * 3."""
    game, x = toy((first_times_second, first_times_second), (("a",), ("b",)))
    assert game.terms == ["a.term", "a.loss", "b.term", "b.loss"]
    logs = game.train_step(x)
    assert {name: value.numpy().tolist() for name, value in logs.items()} == {
        "a.term": [6.0],
        "a.loss": [6.0],
        "b.term": [-3.0],
        "b.loss": [-3.0],
    }
    assert game.state.steps_done == 1
    assert game.state.term_sums.numpy().tolist() == [6.0, 6.0, -3.0, -3.0]


class Gated(Game):
    """One number w = 2 with the loss w; its gradient passes if `is_open`; `after_move` notes its terms."""

    players, rounds = {"a": ("first",)}, (("a",),)

    def __init__(self, is_open):
        super().__init__(Parts((1,), {}), z_dim=1)
        self.first, self.is_open, self.noted = Number(2.0), is_open, []

    def a_loss(self, outputs):
        return {"term": 1.0 * self.first.value}

    def gate(self, player, terms, outputs):
        return None if self.is_open is None else tf.cast(self.is_open, tf.float32)

    def after_move(self, player, terms):
        self.noted.append((player, {name: float(term) for name, term in terms.items()}))


@pytest.mark.parametrize(("is_open", "end"), [(None, 1.5), (True, 1.5), (False, 2.0)])
def test_a_gate_multiplies_the_gradient_and_not_the_reported_loss(is_open, end):
    game, x = Gated(is_open), tf.zeros((4, 1))
    game.rehearse(x)
    game.compile({"a": keras.optimizers.SGD(0.5)})
    logs = game.train_step(x)
    assert float(game.first.value) == end
    assert float(logs["a.loss"][0]) == 2.0
    assert game.noted == [("a", {"term": 2.0, "loss": 2.0})]


class Batches(Game):
    """Three rounds of one player and two batches, the loss w times a batch's mean; `forward` notes rows and noise."""

    players, rounds, batches_per_step = {"a": ("first",)}, (("a",), ("a",), ("a",)), 2

    def __init__(self):
        super().__init__(Parts((1,), {}), z_dim=1)
        self.first, self.noted = Number(2.0), []

    def forward(self, x):
        self.noted.append((x.numpy()[:, 0].tolist(), self.noise.label, self.noise.count))
        return SimpleNamespace(mean=tf.reduce_mean(x))

    def a_loss(self, outputs):
        return {"mean": self.first.value * outputs.mean}


def test_rounds_with_batches_of_their_own_have_every_other_row_and_later_rounds_the_last_batch():
    """Rows 0, 2, 4 and rows 1, 3, 5; the third round uses the second batch again without a new forward pass."""
    game, x = Batches(), tf.reshape(tf.range(6.0), (6, 1))
    game.rehearse(x)
    game.compile({"a": keras.optimizers.SGD(0.0)})
    game.noted.clear()
    logs = game.train_step(x)
    assert game.noted == [([0.0, 2.0, 4.0], "observe", 3), ([1.0, 3.0, 5.0], "observe 1", 3)]
    assert float(logs["a.mean"][0]) == 2.0 * 3.0


def test_a_step_without_a_static_batch_size_takes_it_from_the_rehearsal(tiny):
    """Datasets of several workers have no static batch size."""
    game, plain = (tiny.ready(tiny.build("gan"), 0.1) for _ in range(2))
    unknown = tf.function(game.train_step, input_signature=[tf.TensorSpec((None, 2))])
    tiny.assert_near(list(unknown(tiny.data()).values()), list(plain.train_step(tiny.data()).values()), within=1e-6)


# Rounds compiled apart ------------------------------------------------------------------------------------------------


def play_apart(game):
    """Let a game take its steps as under a strategy with jit: each round compiled, optimizers outside."""
    game.compiled_rounds = step.compiled_rounds(game)


def test_rounds_compiled_apart_are_the_rounds_played_together(tiny):
    together, apart = (tiny.ready(tiny.build("gan"), 0.01) for _ in range(2))
    play_apart(apart)
    for i in range(2):
        logs, other = together.train_step(tiny.data(i)), apart.train_step(tiny.data(i))
        assert list(logs) == list(other)
        tiny.assert_near(list(other.values()), list(logs.values()), within=1e-5)
    for one, two in zip(tiny.networks_of(together), tiny.networks_of(apart), strict=True):
        tiny.assert_near(tiny.values(one.trainable_variables), tiny.values(two.trainable_variables), within=1e-5)


def test_rounds_compiled_apart_keep_the_order_of_play(toy):
    """Both players move together first, (2, 3) -> (-1, 1), then b alone, 1 - (-1)."""
    game, x = toy((first_times_second, first_times_second), (("a", "b"), ("b",)))
    play_apart(game)
    game.train_step(x)
    assert (float(game.first.value), float(game.second.value)) == (-1, 2)


def test_rounds_compiled_apart_draw_the_noise_of_the_step_and_change_weights_of_penalties_with_it(tiny):
    """If they were constants of the program, every step would use those of the first one."""
    penalties = {"gradient_penalty": {"weight": 4.0, "final_weight": 1.0}}
    together, apart = (tiny.ready(tiny.build("gan", penalties=penalties)) for _ in range(2))
    play_apart(apart)
    losses = []
    for _ in range(2):
        logs, other = together.train_step(tiny.data()), apart.train_step(tiny.data())
        tiny.assert_near(list(other.values()), list(logs.values()), within=1e-5)
        losses.append(float(other["discriminator.loss"][0]))
    assert losses[0] != pytest.approx(losses[1], rel=1e-3)
    assert np.isfinite(losses).all()


# Several replicas -----------------------------------------------------------------------------------------------------

ON_TWO_DEVICES = """
import json, sys
import keras, numpy as np, tensorflow as tf
from ganae_cli.engine import Game, Parts
from tests.games import Number

class OneNumber(Game):
    players, rounds = {"a": ("first",)}, (("a",),)

    def __init__(self):
        super().__init__(Parts((1,), {}), z_dim=1)
        self.first = Number(2.0)

    def a_loss(self, x):
        return {"term": self.first.value * tf.reduce_mean(x)}

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

def after_a_step(optimizer, rows):
    x = tf.constant(rows, tf.float32)[:, None]
    with strategy.scope():
        game, moves = OneNumber(), optimizer()
        game.rehearse(x)
        game.compile({"a": moves})
    (parts,) = strategy.experimental_distribute_dataset(tf.data.Dataset.from_tensors(x))
    tf.function(strategy.run)(game.train_step, args=(parts,))
    return float(game.first.value.numpy()), [float(v.numpy()) for v in moves.variables if v.name == "dynamic_scale"]

SGD, Scaled = keras.optimizers.SGD, keras.optimizers.LossScaleOptimizer
print(json.dumps({
    "plain": after_a_step(lambda: SGD(0.5), [8.0, -6.0]),
    "clipnorm": after_a_step(lambda: SGD(0.5, clipnorm=1.0), [16.0, -12.0]),
    "global_clipnorm": after_a_step(lambda: SGD(0.5, global_clipnorm=1.0), [16.0, -12.0]),
    "scaled": after_a_step(lambda: Scaled(SGD(0.5, clipnorm=1.0), initial_scale=4.0), [16.0, -12.0]),
    "not finite": after_a_step(lambda: Scaled(SGD(0.5), initial_scale=4.0), [8.0, float("inf")]),
}))
"""


def test_an_optimizer_sees_the_sum_of_the_gradients_of_all_replicas():
    """Each replica has one row r of two, so its part of the gradient of w mean(r) is r / 2; w begins at 2, rate 1/2.

    4 - 3 = 1 moves w to 1.5. Clipped to the norm 1 are not the parts 8 and -6, which would cancel out, but their sum 2:
    w moves to 1.5, with a scaled loss as well. A number that is not finite in the second part alone skips the move and
    halves the scale of 4.
    """
    done = subprocess.run([sys.executable, "-c", ON_TWO_DEVICES], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "plain": [1.5, []],
        "clipnorm": [1.5, []],
        "global_clipnorm": [1.5, []],
        "scaled": [1.5, [4.0]],
        "not finite": [2.0, [2.0]],
    }
