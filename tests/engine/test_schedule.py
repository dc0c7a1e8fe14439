"""Numbers that change during training, against values worked by hand; the keys are those that a config may have."""

from dataclasses import MISSING, fields

import pytest
import tensorflow as tf

from ganae_cli.config import schedule as of_config
from ganae_cli.engine import schedule as of_engine
from ganae_cli.engine.schedule import Schedule
from ganae_cli.errors import UserError


def values(schedule, *shares):
    return [float(schedule.at(share)) for share in shares]


def test_a_line_from_start_to_end_between_two_shares():
    falling = Schedule(4.0, 1.0, after=0.2, until=0.8)
    assert values(falling, 0.0, 0.2, 0.4, 0.5, 0.8, 1.0) == pytest.approx([4.0, 4.0, 3.0, 2.5, 1.0, 1.0])


def test_half_a_cosine():
    """1 + 9 (1 + cos(pi d)) / 2, where cos(pi / 3) = 1/2; d = 1/3 where a sixth of the training is done."""
    falling = Schedule(10.0, 1.0, until=0.5, shape="cosine")
    assert values(falling, 0.0, 1 / 6, 0.25, 1 / 3, 0.5, 0.9) == pytest.approx([10.0, 7.75, 5.5, 3.25, 1.0, 1.0])


def test_both_ends_are_exact():
    """0.1 + (0.3 - 0.1) is not 0.3."""
    rising = Schedule(0.1, 0.3)
    assert rising.at(tf.constant(1.0)).numpy() == tf.constant(0.3).numpy()
    assert Schedule(0.7, 0.0).at(tf.constant(0.0)).numpy() == tf.constant(0.7).numpy()


def test_a_number_is_a_schedule_that_stays_and_no_tensor():
    assert Schedule.of(3.0).at(0.5) == 3.0
    assert isinstance(Schedule.of(3.0).at(tf.constant(0.5)), float)
    assert not Schedule.of(3.0).changes
    assert Schedule.of({"start": 3.0, "end": 0.0}).changes


@pytest.mark.parametrize(("start", "end", "is_zero"), [(0, 0, True), (0, 1, False), (1, 0, False)])
def test_only_0_all_the_time_is_0(start, end, is_zero):
    assert Schedule(start, end).is_zero is is_zero


def test_an_unknown_shape_is_refused():
    with pytest.raises(UserError, match="linear, cosine, got 'cosin'; did you mean 'cosine'"):
        Schedule(0.0, 1.0, shape="cosin")


def test_a_config_may_have_the_fields_and_shapes_of_the_engine():
    assert tuple(field.name for field in fields(Schedule)) == of_config.KEYS
    assert of_config.SHAPES == of_engine.SHAPES
    needed = {field.name for field in fields(Schedule) if field.default is MISSING}
    assert needed == {"start", "end"}
