"""`ganae_cli.train` in a program of the user's: what it returns, what it refuses, what it leaves behind."""

import logging
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

import ganae_cli
from ganae_cli.errors import UserError
from ganae_cli.runtime import messages
from ganae_cli.runtime.in_process import surroundings_kept
from ganae_cli.runtime.process import STOPPING

SMALL = [
    *("model=gan", "dataset=ring", "dataset.count=500", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"),
    *("networks.generator.width=16", "networks.discriminator.width=16", "train.batch_size=16", "train.steps=4"),
]


def test_a_training_in_another_thread_leaves_the_process_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/home/ada/fit.py", "--fast"])
    words = [*SMALL, "hardware.precision=mixed_bfloat16", f"hydra.run.dir={tmp_path / 'run'}"]

    def state() -> tuple:
        handlers = [signal.getsignal(number) for number in STOPPING]
        return dict(os.environ), handlers, keras.config.dtype_policy().name, list(logging.getLogger("ganae").handlers)

    before = state()
    with ThreadPoolExecutor(1) as threads:
        run = threads.submit(ganae_cli.train, words).result()
    assert state() == before
    assert (run.folder.path, run.checkpoint.step) == (tmp_path / "run", 4)
    assert run.metrics == run.folder.status()["metrics"]
    assert 0 <= run.metrics["modes"] <= 8
    assert np.array_equal(run.sample(5), ganae_cli.load(tmp_path / "run").sample(5))
    assert run.folder.sessions()[0]["command"] == ["fit.py", "--fast"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["model=gann"], "no model named 'gann'; did you mean 'gan'"),
        (["--multirun", "seed=1,2"], "--multirun is for the command line; within Python: one run"),
        (["seed=1,2"], "seed: 1,2 is a sweep"),
        (["hydra.mode=MULTIRUN"], "this is a sweep"),
        (["--help"], "--help is for the command line"),
    ],
)
def test_what_it_refuses(words, message):
    with pytest.raises(UserError, match=message):
        ganae_cli.train(words)


def test_variables_that_a_block_sets_changes_or_deletes(monkeypatch):
    monkeypatch.setenv("CHANGED", "before")
    monkeypatch.setenv("DELETED", "before")
    before = dict(os.environ)
    with surroundings_kept():
        os.environ.update(CHANGED="after", ADDED="after")
        del os.environ["DELETED"]
    assert dict(os.environ) == before


TWICE = """
import sys, ganae_cli
from ganae_cli.errors import UserError
words = sys.argv[1:]
ganae_cli.train([*words, "hydra.run.dir=one"])
try:
    ganae_cli.train([*words, "hydra.run.dir=two", "hardware.devices=2", "hardware.strategy=mirrored"])
except UserError as error:
    print(error)
"""


@pytest.mark.slow
def test_more_devices_than_the_process_has_set_up(tmp_path):
    command = [sys.executable, "-c", TWICE, *SMALL]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == (
        "hardware.devices=2: this process has used its devices in another way before, and keeps to it; "
        "train this run in a process of its own\n"
    ), done.stderr
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize("is_json", [False, True])
def test_the_form_of_lines_is_put_back(is_json):
    """A training may choose JSON for its time; a program that has chosen it before keeps it."""
    try:
        messages.choose("json" if is_json else "text")
        with surroundings_kept():
            messages.choose("json")
        assert messages.is_chosen() is is_json
    finally:
        messages.end()
