"""What a study varies: as words, in a file, and what is refused."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.tuning import space as spaces
from ganae_cli.tuning.space import Choice, Interval


class Recorder:
    """In the place of a trial of Optuna: keeps what it is asked, and gives the upper end."""

    def __init__(self):
        self.asked = []

    def suggest_float(self, key, low, high, log):
        self.asked.append(("float", key, low, high, log))
        return high

    def suggest_int(self, key, low, high, log):
        self.asked.append(("int", key, low, high, log))
        return high

    def suggest_categorical(self, key, choices):
        self.asked.append(("choice", key, tuple(choices)))
        return choices[-1]


@pytest.mark.parametrize(
    ("values", "word", "asked"),
    [
        (Choice(("gan", "vae")), "vae", ("choice", "k", ("gan", "vae"))),
        (Interval(1e-4, 1e-2, is_log=True), "0.01", ("float", "k", 1e-4, 1e-2, True)),
        (Interval(2, 64, is_whole=True), "64", ("int", "k", 2, 64, False)),
    ],
)
def test_a_trial_chooses_a_word_of_the_command_line(values, word, asked):
    trial = Recorder()
    assert (values.suggest(trial, "k"), trial.asked) == (word, [asked])


def test_a_space_comes_back_from_its_file():
    space = {"a": Choice(("8", "[1,2]")), "b": Interval(0.5, 2.0, True), "c": Interval(1, 9, is_whole=True)}
    assert spaces.of_json(json.loads(json.dumps(spaces.as_json(space)))) == space


@pytest.mark.parametrize("content", [None, {}, [], {"a": {}}, {"a": {"words": []}}, {"a": {"low": 1, "high": "2"}}])
def test_a_file_without_a_space_is_refused(content):
    with pytest.raises(UserError, match=r"its 'space'"):
        spaces.of_json(content)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((2.0, 1.0), "from a number to a larger one, not from 2.0 to 1.0"),
        ((float("nan"), 1.0), "from a number to a larger one"),
        ((0.0, 1.0, True), r"on a scale of powers \(log\) an interval begins above 0, not at 0.0"),
    ],
)
def test_an_interval_that_is_none_is_refused(given, message):
    with pytest.raises(UserError, match=message):
        Interval(*given)


def test_a_grid_is_every_combination_and_of_an_interval_there_is_none():
    space = {"a": Choice(("1", "2")), "b": Choice(("x", "y", "z"))}
    assert [one["a"] + one["b"] for one in spaces.grid(space)] == ["1x", "1y", "1z", "2x", "2y", "2z"]
    with pytest.raises(UserError, match=r"tune.sampler=grid tries every value, and b is a number from 0 to 1: write"):
        spaces.grid({"b": Interval(0.0, 1.0)})


def test_a_value_that_is_none_of_the_choices_is_refused():
    with pytest.raises(UserError, match=r"'9' is none of 1, 2"):
        Choice(("1", "2")).word("9")
