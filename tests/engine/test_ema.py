"""Averaged weights: the recursion, batch normalisation's moments, and a block that uses them."""

import math
from fractions import Fraction

import keras
import numpy as np
import pytest

from ganae_cli.engine.ema import Averages, averaged_variables
from ganae_cli.engine.state import State


class Owner(keras.Model):
    """A model with one variable, 4."""

    def __init__(self):
        super().__init__()
        self.number = self.add_weight(name="number", shape=(), initializer=keras.initializers.Constant(4.0))


def averages(decay):
    owner = Owner()
    return owner, Averages(State(owner), [owner.number], decay)


def steps(owner, found, values):
    """Play one step per value of the variable; return the average after each."""
    averages = []
    for value in values:
        owner.number.assign(value)
        found.update()
        found.state.step.assign_add(1)
        averages.append(float(found.values[0]))
    return averages


def test_an_average_is_the_recursion_by_hand():
    """a_0 = 4, decays 1/10, 2/11, 3/12, then at most 0.3: 4 -> 7.6 -> 8 (2/11) + 7.6 (2/11) ..., in fractions."""
    owner, found = averages(0.3)
    assert float(found.values[0]) == 4.0
    expected, a = [], Fraction(4)
    for decay, value in ((Fraction(1, 10), 8), (Fraction(2, 11), 8), (Fraction(3, 12), 0), (Fraction(3, 10), 5)):
        a = decay * a + (1 - decay) * value
        expected.append(float(a))
    assert expected[0] == 7.6
    assert steps(owner, found, (8.0, 8.0, 0.0, 5.0)) == pytest.approx(expected, rel=1e-6)
    assert float(owner.number) == 5.0


@pytest.mark.parametrize("count", [1, 5, 20])
def test_of_the_start_the_product_of_the_decays_is_left(count):
    """With the variable at 0 after a start at 4: 4 (1/10) (2/11) ... = 4 N! 9! / (N + 9)! = 4 / C(N + 9, 9)."""
    owner, found = averages(0.999)
    assert steps(owner, found, [0.0] * count)[-1] == pytest.approx(4 / math.comb(count + 9, 9), rel=1e-5)


def test_from_step_8990_on_the_decay_is_0_999():
    """(1 + n) / (10 + n) < 0.999 up to n = 8989, where they are equal."""
    owner, found = averages(0.999)
    for n, decay in ((1000, 1001 / 1010), (8980, 8981 / 8990), (8990, 0.999), (100_000, 0.999)):
        found.state.step.assign(n)
        found.values[0].assign(4.0)
        assert steps(owner, found, [0.0])[0] == pytest.approx(4 * decay, rel=1e-6)


def test_averages_that_a_file_lacks_start_as_its_weights_and_their_decay_is_warmed_up_anew():
    owner, found = averages(0.999)
    found.state.load({"step": np.array(5000)})
    owner.number.assign(7.0)
    found.after_loading()
    assert (found.are_loaded, float(found.values[0]), int(found.begin)) == (False, 7.0, 5000)
    assert steps(owner, found, [0.0, 0.0])[-1] == pytest.approx(7 * (1 / 10) * (2 / 11), rel=1e-6)
    saved = {}
    found.state.save(saved)
    other, again = averages(0.999)
    again.state.load(saved)
    other.number.assign(0.0)
    again.after_loading()
    assert again.are_loaded
    assert steps(other, again, [0.0])[0] == pytest.approx(7 * (1 / 10) * (2 / 11) * (3 / 12), rel=1e-6)


def test_averages_of_version_0_1_0_go_on_at_the_step_of_their_run():
    """Its files have averages and the step, but not the step at which the averages began: 0."""
    owner, found = averages(0.999)
    found.state.load({"step": np.array(90), "average_0": np.array(4.0)})
    found.after_loading()
    assert found.are_loaded
    assert steps(owner, found, [0.0])[0] == pytest.approx(4 * 91 / 100, rel=1e-6)


def test_some_averages_only_are_a_file_of_another_version():
    owner = Owner()
    found = Averages(State(owner), [owner.number, owner.number], 0.5)
    found.state.load({"step": np.array(0), "average_1": np.array(4.0)})
    with pytest.raises(ValueError, match="no average_0"):
        found.after_loading()
    assert found.state.missing == ["average_0"]


def test_within_the_block_the_variables_are_the_averages_and_afterwards_themselves():
    owner, found = averages(0.5)
    owner.number.assign(8.0)
    found.values[0].assign(6.0)
    with found.taken():
        assert (float(owner.number), found.are_taken) == (6.0, True)
    assert not found.are_taken
    assert float(owner.number) == 8.0
    with pytest.raises(ValueError, match="inside"), found.taken():
        raise ValueError("inside")
    assert float(owner.number) == 8.0, "also after an error"
    found.take()
    assert (float(owner.number), found.are_taken) == (6.0, True)


def test_decay_0_keeps_no_averages():
    owner, found = averages(0.0)
    assert (found.variables, found.values) == ([], [])
    assert list(found_names(owner)) == ["number", "step"]


def found_names(owner):
    return [variable.name for variable in owner.variables]


def test_averaged_variables_are_trainable_weights_and_moments_also_inside_blocks():
    norm = keras.layers.BatchNormalization()
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.Sequential([norm])])
    found = averaged_variables(network)
    assert len({id(v) for v in found}) == len(found) == 6  # kernel, bias, gain, offset, mean, variance
    assert any(v is norm.moving_mean for v in found)
    assert any(v is norm.moving_variance for v in found)


def test_averages_of_a_game_follow_the_recursion(tiny):
    """a_0 = w_0, then decays 1/10, 2/11 and, at most, 0.2; of the generator alone."""
    game = tiny.ready(tiny.build("gan"), 0.5, ema=0.2)
    expected = tiny.values(game.generator.variables)
    first_discriminator = tiny.values(game.discriminator.variables)
    for step, decay in enumerate((1 / 10, 2 / 11, 0.2)):
        game.train_step(tiny.data(step))
        current = tiny.values(game.generator.variables)
        expected = [decay * a + (1 - decay) * w for a, w in zip(expected, current, strict=True)]
    generator, discriminator = tiny.values(game.generator.variables), tiny.values(game.discriminator.variables)
    with game.averaged():
        tiny.assert_near(tiny.values(game.generator.variables), expected, within=1e-6)
        tiny.assert_near(tiny.values(game.discriminator.variables), discriminator, within=0)
    tiny.assert_near(tiny.values(game.generator.variables), generator, within=0)
    assert np.abs(generator[0] - expected[0]).max() > 1e-3
    assert np.abs(discriminator[0] - first_discriminator[0]).max() > 1e-3
    game.averages.take()
    tiny.assert_near(tiny.values(game.generator.variables), expected, within=1e-6)


def test_moments_of_batch_normalisation_are_averaged_too(tiny):
    """Averaged kernels need averaged moments: the moments of the current kernels are of other activations."""
    game = tiny.ready(tiny.build("gan", norm="batch"), rates={"generator": 0.1}, ema=0.2)
    norm = next(one for one in game.generator._flatten_layers() if isinstance(one, keras.layers.BatchNormalization))
    expected = [keras.ops.convert_to_numpy(v) for v in (norm.moving_mean, norm.moving_variance)]
    for decay in (1 / 10, 2 / 11, 0.2):
        game.train_step(tiny.data())
        current = [v.numpy() for v in (norm.moving_mean, norm.moving_variance)]
        expected = [decay * old + (1 - decay) * new for old, new in zip(expected, current, strict=True)]
    with game.averaged():
        assert np.allclose(norm.moving_mean.numpy(), expected[0], atol=1e-6)
        assert np.allclose(norm.moving_variance.numpy(), expected[1], atol=1e-6)
    assert np.allclose(norm.moving_mean.numpy(), current[0])
    assert not np.allclose(expected[0], current[0])


def test_without_averages_samples_come_from_the_current_weights(tiny):
    game = tiny.ready(tiny.build("gan"), 0.5)
    game.train_step(tiny.data())
    samples = game.generate(tiny.codes()).numpy()
    with game.averaged():
        assert (game.generate(tiny.codes()).numpy() == samples).all()
