"""Shapes as users write them, and the lines for other programs; the command is in tests/commands/test_list_costs.py."""

import pytest

from ganae_cli.command_line.network_table import Row, default_units, parse_shape, plain, table
from ganae_cli.errors import UserError


def test_shapes():
    assert parse_shape("28x28x1") == (28, 28, 1)
    assert parse_shape("2") == (2,)


@pytest.mark.parametrize("text", ["28x28", "0x8x1", "8x8x", "", "-2", "8X8X1"])
def test_what_is_no_shape(text):
    with pytest.raises(UserError, match=f"^'{text}' is no shape: write HEIGHTxWIDTHxCHANNELS, as in 28x28x1, or "):
        parse_shape(text)


def test_the_code_of_mnist_has_14_numbers():
    """The number is half the square root of 784."""
    assert default_units((28, 28, 1)) == 14


def test_grids_stand_below_the_table_those_of_up_where_they_differ():
    rows = [
        Row("even", [1, 2, 3, 4], ("8x6 → 4x3", "4x3 → 8x6")),
        Row("flat", [1, 2, 3, 4]),
        Row("odd", [1, 2, 3, 4], ("8x6 → 4x3", "5x4 → 8x6")),
    ]
    assert table(rows, (8, 6, 1), 3)[-4:] == [
        "grids, height x width, of down (up: the other way round)",
        "  even        8x6 → 4x3",
        "  odd         8x6 → 4x3",
        "              up: 5x4 → 8x6",
    ]
    assert not any("grids" in line for line in table([Row("mlp", [1, 2, 3, 4])], (2,), 3))


def test_networks_that_do_not_fit_are_no_lines_for_programs():
    assert plain([Row("mlp", [1, 2, 3, 4]), Row("dcgan")]) == ["mlp\t1\t2\t3\t4"]
