"""Flags in any position, each with its value, and refused in one line."""

import pytest

from ganae_cli.command_line.request import parse
from ganae_cli.errors import UserError


@pytest.mark.parametrize(
    "line",
    [
        "--multirun --config-dir mine model=gan seed=1,2",
        "model=gan --multirun seed=1,2 --config-dir mine",
        "model=gan -cd mine -m seed=1,2",
        "model=gan seed=1,2 --config-dir=mine -m",
    ],
)
def test_flags_stand_anywhere(line):
    request = parse(line.split())
    assert request.flags == {"--multirun": True, "--config-dir": "mine"}
    assert request.overrides == ["model=gan", "seed=1,2"]


def test_hydra_sees_its_own_flags_only():
    request = parse(["--multirun", "seed=1", "--config-name", "mine", "--config-dir", "a", "--config-path", "b"])
    assert request.for_hydra() == ["--multirun", "--config-name=mine"]
    assert parse(["--info", "seed=1"]).for_hydra() == ["--info=all"]  # not `--info seed=1`


def test_an_optional_value_is_not_taken_from_an_override():
    assert parse(["--info", "seed=1"]).overrides == ["seed=1"]
    assert parse(["--info", "searchpath", "seed=1"]).flags == {"--info": "searchpath"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--multi", "no flag '--multi'; did you mean '--multirun'? (flags: --multirun, "),
        ("--cfg jobb", "--cfg jobb: expected job|hydra|all; did you mean 'job'?"),
        ("--cfg --multirun", "--cfg needs job|hydra|all"),
        ("--config-dir", "--config-dir needs a value"),
        ("--multirun=yes", "--multirun takes no value, got 'yes'"),
        ("--multirun --run", "--multirun and --run exclude each other"),
        ("--resolve", "--resolve goes with --cfg job|hydra|all"),
        ("--experimental-rerun x", "--experimental-rerun loads a pickle, which can run any code"),
    ],
)
def test_mistakes(line, message):
    with pytest.raises(UserError) as refused:
        parse(line.split())
    assert str(refused.value).startswith(message)
