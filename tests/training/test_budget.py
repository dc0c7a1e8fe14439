"""The length of a training from the time of its step, worked out by hand."""

import pytest

from ganae_cli.training.budget import Seconds, intervals, nearest, planned

OPEN = {"log_every": None, "sample_every": None, "checkpoint_every": None}
GIVEN = {"log_every": 100, "sample_every": 1000, "checkpoint_every": 500}


def test_steps_alone():
    """600 s less 20 of starting and 10 of the end: 570 s, in steps of 50 ms."""
    plan = planned(600, Seconds(0.05, started=20, end=10), GIVEN)
    assert (plan.steps, plan.beside, plan.log_every, plan.sample_every) == (11_400, 10, 100, 1000)


def test_what_stands_beside_the_steps_takes_its_share():
    """A last picture and checkpoint take 3 s. With a picture of 2 s each 1,000 steps, a checkpoint of 1 s each 500, a
    row of 0.1 s each 100 and an evaluation of 5 s each 1,000, a step of 9 ms takes
    9 + 2 + 2 + 1 + 5 = 19 ms: 97 s are
    5,105 steps, which are cut to 5,100.
    """
    takes = Seconds(0.009, row=0.1, picture=2, checkpoint=1, evaluation=5)
    plan = planned(100, takes, GIVEN | {"evaluate_every": 1000})
    assert plan.steps == 5100
    assert plan.beside == pytest.approx(5100 * 0.010 + 3)


def test_a_run_that_goes_on_ends_at_a_row():
    """From step 250 on, 1,000 s of steps of 1 s end at 1,250; at 1,200 they would lose too much."""
    assert planned(1000, Seconds(1.0), GIVEN, first=250).steps == 1000
    assert planned(10_000, Seconds(1.0), GIVEN, first=250).steps == 9950


@pytest.mark.parametrize(("seconds", "steps"), [(31, 1), (30.9, None), (20, None)])
def test_a_budget_without_time_for_a_step_is_none(seconds, steps):
    plan = planned(seconds, Seconds(1.0, started=20, end=7, picture=2, checkpoint=1), GIVEN)
    assert (plan and plan.steps) == steps


def test_open_intervals_are_round_and_some_ten_grids_appear():
    """12,000 steps of 50 ms in 10 minutes: rows each 120 and pictures each 1,200 become 100 and 1,000."""
    assert intervals(600, Seconds(0.05), OPEN) == {"log_every": 100, "sample_every": 1000, "checkpoint_every": 1000}


def test_a_long_training_has_a_row_a_minute_and_a_checkpoint_in_ten():
    """24 h of steps of 1 s: 86,400 steps. A row in 60 s is one each 50 steps, a checkpoint in 600 s one each 500."""
    found = intervals(86_400, Seconds(1.0), OPEN)
    assert found == {"log_every": 50, "sample_every": 10_000, "checkpoint_every": 500}


def test_pictures_that_cost_much_are_fewer():
    """300 steps of 0.1 s; pictures of 2 s each 30 steps would take 40 % on top. At 5 % there is one each 400 steps."""
    found = intervals(30, Seconds(0.1, picture=2.0), OPEN)
    assert found == {"log_every": 2, "sample_every": 500, "checkpoint_every": 20}


def test_what_is_given_stays():
    assert intervals(600, Seconds(0.05), OPEN | {"sample_every": 7})["sample_every"] == 7


def test_open_intervals_are_whole_blocks():
    """A program of 25 steps: so rows each 100, not 120; of 12 steps none of 1, 2, 5, 10, … is a multiple."""
    assert set(intervals(600, Seconds(0.05), OPEN, block=25).values()) == {100, 1000}
    assert set(intervals(600, Seconds(0.05), OPEN, block=12).values()) == {120, 1200}


def test_rows_and_checkpoints_fit_the_evaluations():
    """Metrics of each 750 steps stand in rows: of what divides 750, 50 is round and nearest to 120."""
    found = intervals(600, Seconds(0.05), OPEN | {"evaluate_every": 750, "best_by": "fid"})
    assert found == {"log_every": 50, "sample_every": 1000, "checkpoint_every": 1500}


def test_the_nearest_is_so_by_its_ratio():
    """From 200 to 500, the middle is sqrt(200 * 500) = 316."""
    assert (nearest(316), nearest(317), nearest(0.2), nearest(10**9)) == (200, 500, 1, 50_000_000)


def test_the_line():
    """568 s of steps of 50 ms and a thousandth of 2 s: 10,923, cut to 10,900, and 10,900 * 2 ms + 11 s beside them."""
    plan = planned(600, Seconds(0.05, started=21, end=9, picture=1.5, checkpoint=0.5), OPEN)
    assert plan.line() == (
        "train.budget 10m: 10,900 steps of 50 ms take 9:05, after 0:21 so far, with 0:33 for pictures, checkpoints and "
        "the end; rows every 100 steps, samples every 1,000, checkpoints every 1,000"
    )
