"""Limits and help are read from the comment behind an option."""

import pytest

from ganae_cli.config import limits
from ganae_cli.errors import UserError


def refused(comment, default, value):
    try:
        limits.setting(comment, default).check("model.option", value)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("comment", "default", "allowed", "wrong", "said"),
    [
        (">= 1: samples judged at once", 2, [1, 7], 0, "must be at least 1"),
        (">= 1: samples judged at once", 2, [], 1.5, "expected a whole number"),
        (">= 0, < 1: a decay", 0.9, [0, 0.999], 1.0, "must be less than 1"),
        ("> 0, <= 1: a share", 0.5, [1, 1e-9], 0, "must be greater than 0"),
        ("> 1e-3: a share", 0.5, [0.0011], 0.001, "must be greater than 0.001"),
        ("<= -1: a layer", -2, [-1], 0, "must be at most -1"),
        ("0 to 2147483647: a seed", 0, [2147483647], -1, "must be at least 0"),
        ("int 1 to 1024 | null: threads", None, [None, 1024], 1025, "must be at most 1024"),
        ("float > 0 | null: a rate", None, [None, 2, 0.5], 0, "must be greater than 0"),
        ("float > 0 | null: a rate", None, [], "fast", "expected a number or null"),
        ("add | concat: how", "add", ["concat"], "ad", "did you mean 'add'?"),
        ("none | batch | null: norm", None, [None, "none"], "layer", "not one of none, batch"),
        ("str | list of str: a network", "encoder", ["e", ["e", "d"]], ["e", 1], "[1]: expected text"),
        (
            "int >= 1 | list of 2 int | null: side",
            None,
            [None, 8, [8, 9]],
            [8],
            "expected a whole number or a list of 2",
        ),
        ("int >= 1 | list of 2 int | null: side", None, [], [0, 8], "[0] must be at least 1"),
        ("bool | null: normalised", None, [True, None], 1, "expected true or false"),
        ("list of int 1 to 8: sizes", [], [[1, 8]], [1, 99], "[1] must be at most 8"),
        ("> .5: a share", 0.7, [0.6], 0.5, "must be greater than 0.5"),
        ("<= 1e+3: a size", 1, [1000], 1001, "must be at most 1000"),
        ("> 0 | null: a rate", None, [None, 0.1], 0, "must be greater than 0"),
        ("add-all | concat: how", "concat", ["add-all"], "add", "is not one of add-all, concat"),
        ("dict | null: settings", None, [{}, None], 1, "expected a section or null"),
    ],
)
def test_limits(comment, default, allowed, wrong, said):
    assert [refused(comment, default, value) for value in allowed] == [""] * len(allowed)
    assert said in refused(comment, default, wrong)


@pytest.mark.parametrize(
    ("comment", "default", "limits", "text"),
    [
        (">= 1: samples: how many", 1, "≥ 1", "samples: how many"),
        ("add | concat: how", "add", "add | concat", "how"),
        ("the paper's lambda: 10", 1.0, "", "the paper's lambda: 10"),
        ("penalty: {weight: 1}", {}, "", "penalty: {weight: 1}"),
        ("mae | mse; null where nothing is rebuilt", "mae", "", "mae | mse; null where nothing is rebuilt"),
        ("", 1, "", ""),
    ],
)
def test_help_is_what_remains(comment, default, limits, text):
    assert limits.setting(comment, default).limits() == limits
    assert limits.split(comment)[1] == text


def test_limits_that_cannot_be_read_are_told():
    with pytest.raises(UserError, match="cannot read '>= one', the limits"):
        limits.setting(">= one: of them", 1)


def test_a_null_of_which_nothing_is_said_may_be_anything():
    assert limits.setting("the size; null: chosen by the data's", None) is None


@pytest.mark.parametrize(
    ("default", "value", "is_fit"),
    [
        (1, 2, True),
        (1, 2.0, False),
        (1, True, False),
        (1.0, 2, True),
        (True, 1, False),
        ("a", 1, False),
        (["a"], ["b"], True),
    ],
)
def test_a_default_says_the_type(default, value, is_fit):
    assert (refused("its help", default, value) == "") is is_fit
