"""Limits stand in brackets at the beginning of the comment behind an option; the rest is its help."""

import pytest

from ganae_cli.command_line import catalogue
from ganae_cli.config import limits
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError

TREE = ConfTree()


def refused(comment, default, value):
    """Return the message for a value of an option with this comment and default; "" if the value is allowed."""
    try:
        limits.setting_from_comment(comment, default).check("model.option", value)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("comment", "default", "allowed", "wrong", "said"),
    [
        ("[>= 1] samples seen at once", 2, [1, 7], 0, "must be at least 1"),
        ("[>= 1] samples seen at once", 2, [], 1.5, "expected a whole number"),
        ("[>= 0, < 1] a decay", 0.9, [0, 0.999], 1.0, "must be less than 1"),
        ("[> 0, <= 1] a share", 0.5, [1, 1e-9], 0, "must be greater than 0"),
        ("[> 1e-3] a share", 0.5, [0.0011], 0.001, "must be greater than 0.001"),
        ("[<= -1] a layer", -2, [-1], 0, "must be at most -1"),
        ("[0 to 2147483647] a seed", 0, [2147483647], -1, "must be at least 0"),
        ("[int 1 to 1024 | null] threads", None, [None, 1024], 1025, "must be at most 1024"),
        ("[float > 0 | null] a rate", None, [None, 2, 0.5], 0, "must be greater than 0"),
        ("[float > 0 | null] a rate", None, [], "fast", "expected a number or null"),
        ("[add | concat] how", "add", ["concat"], "ad", "did you mean 'add'?"),
        ("[auto | 1 | 3] channels", "auto", ["auto", 1, 3, "3"], 2, "'2' is not one of auto, 1, 3"),
        ("[auto | 1 | 3] channels", "auto", [], True, "expected auto, 1, 3, got true"),
        ("[int >= 1 | auto] jobs", 1, [1, 9, "auto"], 0, "must be at least 1, got 0"),
        ("[int >= 1 | auto] jobs", 1, [], "many", "expected a whole number or auto, got 'many'"),
        ("[none | batch | null] norm", None, [None, "none"], "layer", "not one of none, batch"),
        ("[str | list of str] a network", "encoder", ["e", ["e", "d"]], ["e", 1], "[1]: expected text"),
        ("[str | null] a file", None, [None, "x"], 1, "expected text or null"),
        ("[file | null] a copy", None, [None, "x", "x/"], 1, "expected FILE or null, got 1"),
        (
            "[folder | .zip | .tar.gz] pictures",
            None,
            ["x"],
            [],
            "expected FOLDER or FILE.zip or FILE.tar.gz, got []",
        ),
        ("[file | folder] where from", "file", ["folder"], "x", "'x' is not one of file, folder"),
        ("[none | folder] labels", "none", ["folder"], "x", "'x' is not one of none, folder"),
        (
            "[int >= 1 | list of 2 int | null] side",
            None,
            [None, 8, [8, 9]],
            [8],
            "expected a whole number or a list of",
        ),
        ("[int >= 1 | list of 2 int | null] side", None, [], [0, 8], "[0] must be at least 1"),
        ("[list of 2 int] sides", [1, 2], [[3, 4]], [1, 2, 3], "expected a list of 2, got [1, 2, 3]"),
        ("[bool | null] normalised", None, [True, None], 1, "expected true or false"),
        ("[list of int 1 to 8] sizes", [], [[1, 8]], [1, 99], "[1] must be at most 8"),
        ("[> .5] a share", 0.7, [0.6], 0.5, "must be greater than 0.5"),
        ("[<= 1e+3] a size", 1, [1000], 1001, "must be at most 1000"),
        ("[> 0 | null] a rate", None, [None, 0.1], 0, "must be greater than 0"),
        ("[add-all | concat] how", "concat", ["add-all"], "add", "is not one of add-all, concat"),
        ("[dict | null] settings", None, [{}, None], 1, "expected a section or null"),
        ("[>= 0 | schedule] noise", 0.0, [0.5], "x", "expected a number or a schedule like {start: 0, end: 1,"),
        ("[constant | schedule] how", "constant", ["schedule"], "x", "is not one of constant, schedule"),
        ("[>= 1]", 2, [1], 0, "must be at least 1"),
        ("[>=1,<3] tight", 2, [1], 3, "must be less than 3"),
    ],
)
def test_what_stands_in_brackets_is_checked(comment, default, allowed, wrong, said):
    assert [refused(comment, default, value) for value in allowed] == [""] * len(allowed)
    assert said in refused(comment, default, wrong)


@pytest.mark.parametrize(
    ("comment", "default", "range_", "help_"),
    [
        ("[>= 1] samples: how many", 1, "≥ 1", "samples: how many"),
        ("[add | concat] how", "add", "add | concat", "how"),
        ("the paper's lambda: 10", 1.0, "", "the paper's lambda: 10"),
        ("penalty: {weight: 1}", {}, "", "penalty: {weight: 1}"),
        ("folder: of that name", "x", "", "folder: of that name"),
        ("at least [>= 1] of them", 1, "", "at least [>= 1] of them"),
        ("mae | mse; null: nothing is reconstructed", "mae", "", "mae | mse; null: nothing is reconstructed"),
        ("null: chosen by the data", 1, "", "null: chosen by the data"),
        ("linear: no activation", "linear", "", "linear: no activation"),
        ("> 0 as a rule", 1, "", "> 0 as a rule"),
        ("[new folder | null] cache", None, "FOLDER", "cache"),
        ("a share from 0 to 1: of the pixels", 1.0, "", "a share from 0 to 1: of the pixels"),
        ("", 1, "", ""),
    ],
)
def test_the_rest_is_prose_and_checks_nothing(comment, default, range_, help_):
    setting = limits.setting_from_comment(comment, default)
    assert (setting.limits(), setting.help) == (range_, help_)
    if not range_:
        assert setting == limits.replace(limits.setting_from_default(default), help=help_)


@pytest.mark.parametrize(
    "comment",
    [
        *(
            "[>= one] of them",
            "[optional] size",
            "[] size",
            "[null] size",
            "[int | ] size",
            "[>= 1 size",
            "[int | most] x",
        ),
        *("[height, width] in pixels", "[int of 2 int] x", "[>= 1 or null] x", "[float > 0 | None!] x", "[1 to] x"),
    ],
)
def test_brackets_that_cannot_be_read_are_refused(comment):
    with pytest.raises(UserError, match=r"cannot read the limits '\[.*': expected something like \[>= 1\], "):
        limits.split_comment(comment)


@pytest.mark.parametrize(
    "said",
    [
        *(">= 1", ">= 0, < 1", "0 to 2147483647", "float > 0 | null", "add | concat", "list of 2 int", "str | null"),
        *("int >= 1 | list of 2 int | null", "bool | null", "int", "none | batch | null"),
    ],
)
def test_limits_before_a_colon_are_refused_with_what_to_write(said):
    """Limits before a colon are the form of ganae 0.1: read as prose, they would no longer check anything."""
    with pytest.raises(UserError) as refusal:
        limits.split_comment(f"{said}: samples: how many")
    assert str(refusal.value) == (
        f"limits in a comment stand in brackets: write '# [{said}] …' instead of '# {said}: …'"
    )
    assert limits.split_comment(f"[{said}] samples: how many")[1] == "samples: how many"


def test_a_null_of_which_nothing_is_said_may_be_anything():
    assert limits.setting_from_comment("the size; null: chosen by the data's", None) is None


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
        ({}, [], False),
    ],
)
def test_a_default_tells_the_type(default, value, is_fit):
    assert (refused("its help", default, value) == "") is is_fit


def test_patterns_fit_one_word_per_star():
    assert limits.find_setting("model.weights.generator.fool") is limits.SHARED["model.weights.*.*"]
    assert limits.find_setting("model.weights.generator.fool.more") is None
    assert limits.find_setting("networks.encoder.width") is None


def test_what_all_models_share_goes_before_a_comment():
    assert limits.find_setting("model.z_dim", None, "[float > 0] size").limits() == "1 to 65536"
    assert limits.find_setting("model.packing", 1, "[>= 1] samples").limits() == "≥ 1"


@pytest.mark.parametrize("model", TREE.options("model"))
def test_every_default_is_allowed(model):
    for entry in catalogue.entries(TREE, [f"model={model}"]) + catalogue.penalties(TREE, [f"model={model}"])[0]:
        if entry.setting:
            entry.setting.check(entry.key, entry.default, is_null_default=entry.default is None)


def test_limits_in_words():
    found = {entry.key: entry.setting.limits() for entry in catalogue.entries(TREE, []) if entry.setting}
    assert found["model.z_dim"] == "1 to 65536"
    assert found["train.ema"] == "≥ 0, < 1"
    assert found["hardware.device"] == "auto | cpu | gpu"
    assert "hinge" in found["loss.adversarial"]
