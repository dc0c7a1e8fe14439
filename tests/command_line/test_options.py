"""Arguments of the commands that compose no config: flags anywhere, mistakes in one line, help like that of train."""

import pytest

from ganae_cli.command_line.options import Options
from ganae_cli.errors import UserError


@pytest.fixture
def options():
    made = Options("sample", "Sample a trained model", {"ganae sample latest": "a grid"})
    made.add_argument("run", metavar="RUN", help="a run")
    made.add_argument("rest", nargs="*")
    made.add_argument("--count", type=int, default=64, help="how many")
    return made


def test_options_stand_anywhere(options):
    for line in ("latest a=1 --count 3", "--count 3 latest a=1", "latest --count 3 a=1"):
        given = options.parse_args(line.split())
        assert (given.run, given.rest, given.count) == ("latest", ["a=1"], 3)


def test_mistakes_in_options_are_one_line(options):
    with pytest.raises(UserError, match=r"has no flag '--cuont'; did you mean '--count'\? \(flags: "):
        options.parse_args(["latest", "--cuont"])
    with pytest.raises(UserError, match=r"--count: invalid int value: 'x' \(see ganae sample --help\)"):
        options.parse_args(["latest", "--count", "x"])


def test_help_of_options_looks_like_that_of_train(options):
    text = options.format_help()
    assert text.startswith("Sample a trained model\n\nusage: ganae sample ")
    assert "  --count COUNT  how many\n" in text
    assert text.endswith("Examples\n  ganae sample latest  a grid\n")


def test_a_word_too_many_is_refused_with_the_flags_there_are():
    made = Options("sample", "Sample", {})
    made.add_argument("run")
    with pytest.raises(UserError, match=r"^ganae sample has no argument 'b' \(flags: -h, --help\)$"):
        made.parse_args(["a", "b"])
    with pytest.raises(UserError, match=r"required: run \(see ganae sample --help\)$"):
        made.parse_args([])
