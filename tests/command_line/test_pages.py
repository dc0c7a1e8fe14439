"""Help pages: every choice and setting of the YAML files has one line."""

import os
import subprocess
import sys
import time

import pytest

from ganae_cli import cli
from ganae_cli.command_line import catalogue
from ganae_cli.config.conf_tree import ConfTree
from tests.test_terminal import shown


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A line for each row: nothing is wrapped unless a test asks for it."""
    monkeypatch.setenv("COLUMNS", "1000")


def page(capsys, *words):
    assert cli.main(["train", "--help", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_group_and_option_has_a_line(capsys):
    lines = [line.strip("* ") for line in page(capsys, "all")]
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


def test_where_a_schedule_may_stand_and_what_one_is(capsys):
    lines = page(capsys, "model=gan")
    noise, packing = (next(line for line in lines if f"model.{key}=" in line) for key in ("instance_noise", "packing"))
    assert noise.endswith("(≥ 0, or a schedule)")
    assert not packing.endswith("schedule)")
    assert any("KEY='{start: 0, end: 1, until: 0.3}'" in line for line in lines)


def test_the_chosen_parts_are_those_explained(capsys):
    text = "\n".join(page(capsys, "model=gan", "dataset=ring", "network@networks.generator=mlp"))
    assert "* ring" in text
    assert "dataset.radius=1.0" in text
    assert "networks.generator.depth=" in text
    assert "networks.encoder" not in text


def test_networks_of_several_roles_that_agree_share_a_line(capsys):
    lines = page(capsys, "model=gan", "network@networks.generator=mlp", "network@networks.discriminator=mlp")
    assert any(line.strip().startswith("networks.{generator,discriminator}.width=") for line in lines)
    lines = page(capsys, "model=gan", "network@networks.generator=mlp")
    assert not any("{generator,discriminator}" in line for line in lines)


def flat(lines):
    return " ".join(" ".join(lines).split())


def test_experiments_and_penalties_are_counted_and_listed_when_asked(capsys):
    tree = ConfTree()
    short, whole = flat(page(capsys)), flat(page(capsys, "all"))
    assert f"experiment=NAME one of {len(tree.options('experiment'))}; `ganae train --help all` lists them" in short
    assert " loss.penalties.NAME.weight=NUMBER NAME is one of code_l2, contractive, " in short
    assert "squeezegan " not in short.partition("experiment=NAME")[2]
    assert "loss.penalties.r1.weight=0.0" not in short
    assert "loss.penalties.r1.weight=" in whole
    assert "squeezegan " in whole.partition("experiment=NAME")[2]
    assert "experiment=NAME ring is chosen, one of " in flat(page(capsys, "experiment=ring"))


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("words", [["train", "--help", "all"], ["train", "--help"], ["sample", "--help"]])
def test_no_line_is_wider_than_the_terminal(columns, words):
    """Words that cannot be broken, such as the keys of settings, may be."""
    lines = shown(["-m", "ganae_cli", *words], columns)
    wider = [line for line in lines if len(line) > columns]
    assert [line for line in wider if len(line.split()) > 1 and not line.strip().startswith("ganae ")] == []
    assert len(lines) > 20


def test_piped_it_has_100_columns_without_tensorflow_and_rich_and_soon():
    program = "import sys; from ganae_cli import cli; cli.main(['train', '--help']); "
    program += "print([m for m in ('tensorflow', 'rich', 'hydra') if m in sys.modules], file=sys.stderr)"
    variables = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=variables, timeout=60)
    assert done.stderr == "[]\n"
    assert max(map(len, done.stdout.splitlines())) == 100


def test_help_takes_little_time(capsys):
    began = time.process_time()
    page(capsys, "model=vaegan")
    assert time.process_time() - began < 0.3


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("train", ["(extra `mlflow`)", "(extra `wandb`)", "(extra `tfds`)"]),
        ("tune", ["(extra `tune`)"]),
        ("export", ["(extra `export`)", "(extra `litert`)"]),
        ("resume", ["tune.trials", "sweep.jobs", "a study"]),
    ],
)
def test_a_page_names_the_extras_and_whom_a_command_is_for(capsys, command, named):
    assert cli.main([command, "--help"]) == 0
    said = capsys.readouterr().out
    assert [word for word in named if word not in said] == []
