"""Values that one setting allows, and the messages for others."""

import math

import pytest

from ganae_cli.config.setting import Setting, fits, shown
from ganae_cli.errors import UserError


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        (Setting(int), 1.0, "k: expected a whole number, got 1.0"),
        (Setting(int), True, "k: expected a whole number, got true"),
        (Setting(float), "x", "k: expected a number, got 'x'"),
        (
            Setting((int, list), length=2, null=True),
            "92x112",
            "k: expected a whole number or a list of 2 or null, got '92x112'; write [92,112]",
        ),
        (
            Setting((int, list), length=2, null=True),
            "92x112x3",
            "k: expected a whole number or a list of 2 or null, got '92x112x3'",
        ),
        (Setting((int, list), length=2, null=True), [1], "k: expected a whole number or a list of 2 or null, got [1]"),
        (Setting(int), None, "k cannot be null: expected a whole number"),
        (Setting(int, least=1), 0, "k must be at least 1, got 0"),
        (Setting(int, most=3), 4, "k must be at most 3, got 4"),
        (Setting(float, above=0), 0, "k must be greater than 0, got 0"),
        (Setting(float, below=1), 1.0, "k must be less than 1, got 1.0"),
        (Setting(float), math.nan, "k must be finite, got nan"),
        (Setting(float, least=0), math.inf, "k must be finite, got inf"),
        (Setting(str, choices=("add", "concat")), "ad", "k: 'ad' is not one of add, concat; did you mean 'add'?"),
        (Setting(str, choices=("add", "concat")), 1, "k: expected add, concat, got 1"),
        (Setting(list, items=int, least=1), [1, 0], "k[1] must be at least 1, got 0"),
        (Setting(list, items=str), ["a", 1], "k[1]: expected text, got 1"),
        (Setting(dict), [], "k: expected a section, got []"),
    ],
)
def test_refused(setting, value, message):
    with pytest.raises(UserError) as refusal:
        setting.check("k", value)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (Setting(int, least=1, most=3), 1),
        (Setting(int, least=1, most=3), 3),
        (Setting(float, above=0, below=1), 0.5),
        (Setting(float), 1),
        (Setting(int, null=True), None),
        (Setting((int, list), items=int, length=2), [1, 2]),
        (Setting(list), ["a", 1]),
        (Setting(str, choices=("add", "concat")), "concat"),
        (Setting(bool), False),
    ],
)
def test_allowed(setting, value):
    setting.check("k", value)


def test_a_null_default_stays_allowed():
    Setting(int).check("k", None, is_null_default=True)
    with pytest.raises(UserError, match="k: expected a whole number or null, got 'x'"):
        Setting(int).check("k", "x", is_null_default=True)


@pytest.mark.parametrize(
    ("setting", "limits", "allowed"),
    [
        (Setting(int, least=1, most=9), "1 to 9", []),
        (Setting(float, least=0, below=1), "≥ 0, < 1", []),
        (Setting(float, above=0, most=1), "> 0, ≤ 1", []),
        (Setting(str, choices=("add", "concat")), "add | concat", ["add", "concat"]),
        (Setting(bool), "", ["true", "false"]),
        (Setting(str), "", []),
    ],
)
def test_range_in_words(setting, limits, allowed):
    assert (setting.limits(), setting.allowed()) == (limits, allowed)


def test_names_of_declared_parts():
    assert Setting(str, declared="sampler").allowed() == ["gaussian", "gmm", "kde", "prior", "walk"]


@pytest.mark.parametrize(
    ("value", "kind", "is_fit"),
    [(1, float, True), (1.0, int, False), (True, int, False), (True, float, False), (0, bool, False), ([], list, True)],
)
def test_types(value, kind, is_fit):
    assert fits(value, kind) is is_fit


def test_values_as_the_user_writes_them():
    assert [shown(value) for value in (True, "x", 1.5, None)] == ["true", "'x'", "1.5", "None"]
