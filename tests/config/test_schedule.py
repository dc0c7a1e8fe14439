"""Schedules in a config: what is one, what is refused and how."""

import pytest

from ganae_cli.config.schedule import check, is_schedule
from ganae_cli.config.setting import Setting
from ganae_cli.errors import UserError

NUMBER = Setting(float, least=0, below=2, schedule=True)


@pytest.mark.parametrize(
    "value",
    [
        {"start": 0, "end": 1},
        {"start": 1.5, "end": 0.0, "after": 0, "until": 1, "shape": "cosine"},
        {"start": 0, "end": 0, "after": 0.5, "until": 0.6, "shape": "linear"},
    ],
)
def test_allowed(value):
    check("k", value, NUMBER)
    assert is_schedule(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"start": 0, "ende": 1}, "k: a schedule has no 'ende'; did you mean 'end'?"),
        ({"start": 0}, "k: a schedule needs 'end', as in {start: 0, end: 1, until: 0.3}"),
        ({}, "k: a schedule needs 'start'"),
        ({"start": 0, "end": -1}, "k.end must be at least 0, got -1"),
        ({"start": 2, "end": 1}, "k.start must be less than 2, got 2"),
        ({"start": "a", "end": 1}, "k.start: expected a number, got 'a'"),
        ({"start": None, "end": 1}, "k.start cannot be null"),
        ({"start": 0, "end": 1, "until": 2000}, "k.until is a share of train.steps, from 0 to 1, got 2000"),
        ({"start": 0, "end": 1, "after": -0.1}, "k.after is a share of train.steps, from 0 to 1, got -0.1"),
        ({"start": 0, "end": 1, "until": "x"}, "k.until: expected a number, got 'x'"),
        ({"start": 0, "end": 1, "after": 0.5, "until": 0.5}, "k: 'after' must be below 'until', got 0.5 and 0.5"),
        ({"start": 0, "end": 1, "shape": "cosin"}, "k.shape: 'cosin' is not one of linear, cosine; did you mean"),
    ],
)
def test_refused_in_one_line(value, message):
    with pytest.raises(UserError) as refusal:
        check("k", value, NUMBER)
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)


def test_what_is_no_schedule():
    assert not any(map(is_schedule, ({}, {"fool": 1.0}, {"start": 1}, 1.0, None)))
