"""Averaged weights: the recursion, batch normalisation's moments, and a block that uses them."""

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


def test_an_average_is_the_recursion_by_hand():
    """a_0 = 4; decay 3/4: with the variable at 8, 4 -> 5 -> 5.75; with it at 0, 4.3125."""
    owner, found = averages(0.75)
    assert float(found.values[0]) == 4.0
    for value, expected in ((8.0, 5.0), (8.0, 5.75), (0.0, 4.3125)):
        owner.number.assign(value)
        found.update()
        assert float(found.values[0]) == expected
    assert float(owner.number) == 0.0


def test_within_the_block_the_variables_are_the_averages_and_afterwards_themselves():
    owner, found = averages(0.5)
    owner.number.assign(8.0)
    found.update()
    with found.taken():
        assert float(owner.number) == 6.0
    assert float(owner.number) == 8.0
    with pytest.raises(ValueError, match="inside"), found.taken():
        raise ValueError("inside")
    assert float(owner.number) == 8.0, "also after an error"
    found.take()
    assert float(owner.number) == 6.0


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
    """a_0 = w_0, a_t = 0.9 a_(t-1) + 0.1 w_t, of the generator alone."""
    game = tiny.ready(tiny.build("gan"), 0.5, ema=0.9)
    expected = tiny.values(game.generator.variables)
    first_discriminator = tiny.values(game.discriminator.variables)
    for step in range(3):
        game.train_step(tiny.data(step))
        expected = [0.9 * a + 0.1 * w for a, w in zip(expected, tiny.values(game.generator.variables), strict=True)]
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
    game = tiny.ready(tiny.build("gan", norm="batch"), rates={"generator": 0.1}, ema=0.75)
    norm = next(one for one in game.generator._flatten_layers() if isinstance(one, keras.layers.BatchNormalization))
    expected = [keras.ops.convert_to_numpy(v) for v in (norm.moving_mean, norm.moving_variance)]
    for _ in range(3):
        game.train_step(tiny.data())
        current = [v.numpy() for v in (norm.moving_mean, norm.moving_variance)]
        expected = [0.75 * old + 0.25 * new for old, new in zip(expected, current, strict=True)]
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
