"""Some steps of a run are timed, and leave no trace."""

import itertools
import types

import numpy as np
import pytest

from ganae_cli.builders import from_config
from ganae_cli.runtime import devices
from ganae_cli.training import setup, step_time
from tests.training.small import NARROW, SMALL


def test_timing_ends_when_the_median_is_sure(monkeypatch):
    """Equal times are sure at once, after 0.25 s; of times that differ by half, 2 s are measured."""
    for times, calls in (([0.02], 13), ([0.02, 0.03], 80), ([3.0], 1), ([0.5], 4)):
        step = types.SimpleNamespace(numpy=lambda: 0)
        stopped = types.SimpleNamespace(state=types.SimpleNamespace(step=step), stop_training=False)
        seconds = itertools.cycle(times)
        now = [0.0]
        monkeypatch.setattr(step_time, "time", types.SimpleNamespace(perf_counter=lambda now=now: now[0]))
        clock = step_time.Clock()
        clock.set_model(stopped)
        clock.on_train_begin()
        while not stopped.stop_training:
            now[0] += next(seconds)
            clock.on_train_batch_end(0)
        assert len(clock.seconds) - 1 == calls, times


def test_several_workers_ask_the_chief_after_1_2_4_8_calls():
    """The chief has enough after 3 calls of a second, of 2.5 s at most; so it says after the 4th."""
    asked = []
    clock = step_time.Clock(most=2.5, agree=lambda text: asked.append(text) or text)
    ends = [clock.is_over() for clock.seconds in ([9.0, *[1.0] * count] for count in range(1, 6))]
    assert (ends, asked) == ([False, False, False, True, False], ["", "", "1"])


@pytest.fixture
def built(compose, parts):
    config = compose(*SMALL, *NARROW, "optimizer.momentum=0.9", "optimizer=sgd", "train.steps=7")
    session = devices.prepare(**from_config.plain(config.hardware))
    return setup.build(config, session, from_config.build_data(config))


def state(game):
    own = [*game.variables, *(v for one in game.optimizers.values() for v in one.variables)]
    return [variable.numpy().copy() for variable in own]


def test_a_game_is_given_back_to_the_bit(built):
    game = built.game
    before = state(game)
    with step_time.untouched(game):
        game.total_steps = 50
        built.fit(0, 3, [])
        moved = [not np.array_equal(a, b) for a, b in zip(before, state(game), strict=True)]
        assert sum(moved) > len(moved) / 2
        assert game.state.steps_done == 3
    assert (game.total_steps, game.state.steps_done) == (7, 0)
    assert all(np.array_equal(a, b) for a, b in zip(before, state(game), strict=True))
