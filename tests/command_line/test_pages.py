"""Help pages: what can be said, from the YAML files, each with one line."""

import pytest

from ganae_cli import cli
from ganae_cli.command_line import catalogue
from ganae_cli.command_line.options import Options
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError


def page(capsys, *words):
    assert cli.main(["train", "--help", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_group_and_option_has_a_line(capsys):
    lines = [line.strip("* ") for line in page(capsys)]
    tree = ConfTree()
    for group in catalogue.default_choices(tree):
        for option in tree.options(group):
            assert any(line.startswith(f"{option} ") and line.endswith(tree.help(group, option)) for line in lines)


def test_settings_show_default_help_and_range(capsys):
    lines = page(capsys)
    assert next(line for line in lines if "model.z_dim=" in line).endswith("(1 to 65536)")
    assert any(
        line.split()[0].startswith("train.steps=") and "training steps" in line for line in lines if line.strip()
    )
    assert any(line.startswith("  --multirun, -m ") for line in lines)


def test_the_chosen_parts_are_those_explained(capsys):
    text = "\n".join(page(capsys, "model=gan", "dataset=ring", "network@networks.generator=mlp"))
    assert "* ring" in text
    assert "dataset.radius=1.0" in text
    assert "networks.generator.depth=" in text
    assert "networks.encoder" not in text


def test_a_recipe_shows_in_the_defaults():
    entries = {entry.key: entry.default for entry in catalogue.entries(ConfTree(), ["debug=smoke"])}
    assert entries["train.steps"] < 10


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
