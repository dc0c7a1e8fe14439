"""Flags that commands on a run share: what they take, and their completion."""

import argparse

import pytest

from ganae_cli.command_line import run_options
from ganae_cli.errors import UserError


def test_defaults(flags):
    given = flags.parse_args(["RUN"])
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
def test_values_that_are_refused(flags, words, message):
    with pytest.raises(UserError) as caught:
        flags.parse_args(["RUN", *words])
    assert message in str(caught.value)


def test_a_whole_number_has_bounds():
    read = run_options.whole(2, 5)
    assert [read("2"), read("5")] == [2, 5]
    for text in ("1", "6", "x", "2.0"):
        with pytest.raises(argparse.ArgumentTypeError):
            read(text)


def test_completion_of_flags_values_and_runs(flags, run):
    assert {"--input", "--scale", "--help"} <= set(run_options.complete(flags, ["latest"], "--"))
    assert run_options.complete(flags, ["latest", "--weights"], "") == ["averaged", "live"]
    assert run_options.complete(flags, ["latest", "--split"], "") == ["test", "train", "validation"]
    assert "gmm" in run_options.complete(flags, ["latest", "--sampler"], "")
    assert run_options.complete(flags, ["latest", "--path"], "", {"--path": ("linear",)}) == ["linear"]
    assert run_options.complete(flags, [], "") == ["latest", str(run)]
