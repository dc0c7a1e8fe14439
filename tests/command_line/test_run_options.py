"""Flags that commands on a run share: what they take, and their completion."""

import argparse

import pytest

from ganae_cli.command_line import run_options
from ganae_cli.errors import UserError


@pytest.fixture
def made():
    options = run_options.of_run("look", "Look at a run", {})
    run_options.add_input(options, "look at")
    run_options.add_seed(options)
    run_options.add_label(options)
    run_options.add_sampler(options)
    run_options.add_weights(options)
    run_options.add_scale(options)
    run_options.add_plugins(options)
    return options


@pytest.fixture
def run(tmp_path, compose):
    """Return the folder of a run that has a config and no checkpoint."""
    from omegaconf import OmegaConf

    folder = tmp_path / "outputs" / "train" / "2026-01-31" / "12-00-00-c0de"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(OmegaConf.to_yaml(compose("model=gan")))
    return folder


def test_defaults(made):
    given = made.parse_args(["RUN"])
    found = {key: value for key, value in vars(given).items() if value is not None}
    assert found == {"run": "RUN", "seed": 0, "checkpoint": "newest", "plugins": []}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--scale", "0"], "argument --scale: must be a whole number of at least 1, got '0'"),
        (["--seed", "-1"], "argument --seed: must be a whole number of at least 0, got '-1'"),
        (["--checkpoint", "last"], "argument --checkpoint: expected newest, best or a step, got 'last'"),
        (["--split", "tset"], "argument --split: invalid choice: 'tset'"),
    ],
)
def test_values_that_are_refused(made, words, message):
    with pytest.raises(UserError) as caught:
        made.parse_args(["RUN", *words])
    assert message in str(caught.value)


def test_a_whole_number_has_bounds():
    read = run_options.whole(2, 5)
    assert [read("2"), read("5")] == [2, 5]
    for text in ("1", "6", "x", "2.0"):
        with pytest.raises(argparse.ArgumentTypeError):
            read(text)


def test_completion_of_flags_values_and_runs(made, run):
    assert {"--input", "--scale", "--help"} <= set(run_options.complete(made, ["latest"], "--"))
    assert run_options.complete(made, ["latest", "--weights"], "") == ["averaged", "live"]
    assert run_options.complete(made, ["latest", "--split"], "") == ["test", "train", "validation"]
    assert "gmm" in run_options.complete(made, ["latest", "--sampler"], "")
    assert run_options.complete(made, ["latest", "--path"], "", {"--path": ("linear",)}) == ["linear"]
    assert run_options.complete(made, [], "") == ["latest", str(run)]
