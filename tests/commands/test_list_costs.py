"""`ganae list networks SHAPE`: numbers when piped, a table on a terminal, one line for a mistake."""

import sys

import pytest

from ganae_cli import cli
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.costs.flops import cost
from ganae_cli.networks.mlp import MLP


def listed(capsys, *words):
    assert cli.main(["list", "networks", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_piped_it_is_a_network_a_line_with_numbers_between_tabs(capsys):
    rows = [line.split("\t") for line in listed(capsys, "8x9x1", "--units", "3")]
    assert [row[0] for row in rows] == [name for name in ConfTree().options("network") if name != "auto"]
    down, up = cost(MLP().down((8, 9, 1), 3)), cost(MLP().up(3, (8, 9, 1)))
    expected = [down.parameters, down.flops, up.parameters, up.flops]
    assert [[int(number) for number in row[1:]] for row in rows if row[0] == "mlp"] == [expected]


def test_on_a_terminal_it_says_what_auto_chooses_and_what_does_not_fit(capsys, monkeypatch):
    """Points of 2 have codes of 4 where none is said; 256 units in three layers: 133,380 parameters."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    lines = listed(capsys, "2")
    assert lines[0].startswith("down: 2 -> 4, ")
    assert [line.split()[:3] for line in lines if line.startswith("*")] == [["*", "mlp", "133,380"]]
    assert [line.split()[0] for line in lines if line.endswith("takes no such shape")] == [
        "dcgan",
        "r3gan",
        "resnet",
        "squeeze",
    ]


def test_on_a_terminal_it_says_the_grids_of_images_of_any_size(capsys, monkeypatch):
    """Of 20 rows and 28 columns, halved until a side is 6 or less: 20, 10, 5, and no perceptron has any."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert cli.main(["list", "networks", "20x28x1", "--units", "3"]) == 0
    printed = capsys.readouterr()
    shown = printed.out.splitlines()
    grids = {line.split()[0]: line.split(maxsplit=1)[1] for line in shown[shown.index("", 4) + 2 :]}
    assert grids["dcgan"].startswith("20x28 → 10x14 → 5x7")
    assert "mlp" not in grids
    assert printed.err == "building each network …\n"


def test_without_a_shape_it_lists_names(capsys):
    assert listed(capsys) == ConfTree().options("network")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("networks", "28x28"), "'28x28' is no shape: write HEIGHTxWIDTHxCHANNELS, as in 28x28x1, or"),
        (("networks", "0x8x1"), "'0x8x1' is no shape"),
        (("models", "28x28x1"), "'28x28x1' goes with networks (a shape) or results (a sweep), not with 'models'"),
        (("networks", "2", "--units", "0"), "--units must be a whole number from 1 up, got '0'"),
        (("networks", "2", "--units", "many"), "--units must be a whole number from 1 up, got 'many'"),
        (("networks", "--units", "3"), "--units goes with a shape"),
    ],
)
def test_a_mistake_is_one_line(capsys, words, message):
    assert cli.main(["list", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"ganae: error: {message}")
    assert error.count("\n") == 1
