"""`train.budget` in a config: what is a time, what it leaves open, and what it goes with."""

import pytest

from ganae_cli.config.budget import choose, seconds
from ganae_cli.errors import UserError


def train(config):
    return {key: config.train[key] for key in ("steps", "budget", "log_every", "sample_every", "checkpoint_every")}


def test_intervals_that_nobody_has_set_are_left_open(compose):
    found = train(compose("train.budget=90s"))
    assert found == {"steps": 9000, "budget": "90s", "log_every": None, "sample_every": None, "checkpoint_every": None}


def test_what_the_command_line_states_stays_even_if_it_is_the_default(compose):
    found = train(compose("train.budget=2", "train.log_every=100", "++train.checkpoint_every=40"))
    assert found == {"steps": 9000, "budget": 2, "log_every": 100, "sample_every": None, "checkpoint_every": 40}


def test_what_an_experiment_states_stays_but_for_its_steps(compose):
    """ring.yaml has 18,000 steps, a row every 500 and a checkpoint every 6,000."""
    found = train(compose("experiment=ring", "train.budget=1h", "train.sample_every=null"))
    assert found == {"steps": 18000, "budget": "1h", "log_every": 500, "sample_every": None, "checkpoint_every": 6000}


def test_steps_of_the_command_line_replace_a_budget_that_a_file_states():
    section = {"steps": 40, "budget": "10m", "log_every": None, "sample_every": 7, "checkpoint_every": None}
    choose(section, ["train.steps=40"])
    assert section == {"steps": 40, "budget": None, "log_every": 100, "sample_every": 7, "checkpoint_every": 1000}


def test_a_section_that_is_older_than_budgets_has_none():
    section = {"steps": 40}
    choose(section, ["train.steps=40"])
    assert (seconds(section), section) == (None, {"steps": 40})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["train.budget=soon"],
            r"train\.budget: 'soon' is no time: type 90s, 10m, 1h30m, or a number of minutes",
        ),
        (["train.budget=0s"], "train.budget: '0s' is no time"),
        (["train.budget=0"], r"train\.budget must be greater than 0, got 0"),
        (["train.budget=true"], r"train\.budget: expected text or a number or null, got true"),
        (["train.budget=10m", "train.steps=5"], "train.steps and train.budget exclude each other"),
        (["train.log_every=null"], r"train\.log_every cannot be null without train\.budget"),
    ],
)
def test_what_is_refused(compose, words, message):
    with pytest.raises(UserError, match=f"^{message}"):
        compose(*words)
