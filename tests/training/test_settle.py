"""A budget is settled when its training begins: the same numbers as with those steps, and no second measuring."""

import json
import re
import time
from dataclasses import replace

import h5py
import numpy as np
import pytest

from ganae_cli.engine import Game
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from ganae_cli.training import settle
from tests.training.small import NARROW, SMALL, rows

POINTS = (
    *("model=gan", "dataset=ring", "dataset.count=40", "train.batch_size=8", "hardware=cpu", "hardware.threads=1"),
    *(f"networks.{role}.width=8" for role in ("generator", "discriminator")),
)
SCHEDULES = (
    *("optimizer.schedule=cosine", "optimizer.warmup_steps=3"),
    "+model.weights.generator.fool={start: 0.5, end: 1, until: 0.5}",
)
KEYS = ("steps", "budget", "log_every", "sample_every", "checkpoint_every")


@pytest.fixture
def short(monkeypatch):
    """Let any budget come to a few steps, however busy the machine is; all the rest is as it is."""

    def of(steps):
        whole = settle.planned
        monkeypatch.setattr(
            settle,
            "planned",
            lambda seconds, *given: replace(whole(10**6, *given), seconds=seconds, steps=steps),
        )

    return of


def settled(folder):
    return {key: folder.read_config().train[key] for key in KEYS}


def arrays(folder, step):
    """Return name -> bytes of every array in a checkpoint: weights, optimizers, averages and state."""
    found = {}
    with h5py.File(folder.checkpoints.of_step(step).weights) as file:
        file.visititems(lambda name, one: found.setdefault(name, one) and None)
        return {name: one[()].tobytes() for name, one in found.items() if isinstance(one, h5py.Dataset)}


@pytest.mark.parametrize(("base", "jit"), [((*SMALL[:-1], *NARROW), "false"), (POINTS, "true")])
def test_the_numbers_are_those_of_a_run_with_as_many_steps(compose, tmp_path, short, monkeypatch, base, jit):
    """Schedules end with the steps, and the program that was timed is the one that trains: it is traced once."""
    traces, step = [], Game.train_step
    monkeypatch.setattr(Game, "train_step", lambda game, x: traces.append(x) or step(game, x))
    short(30)
    words = (*base, *SCHEDULES, f"hardware.jit={jit}")
    assert training.train(compose(*words, "train.budget=20s"), tmp_path / "timed")[0] == 0
    assert len(traces) == 1
    timed = RunFolder(tmp_path / "timed")
    found = settled(timed)
    assert (found["steps"], found["budget"]) == (30, None)
    given = [f"train.{key}={found[key]}" for key in KEYS if key != "budget"]
    assert training.train(compose(*words, *given), tmp_path / "given")[0] == 0
    learned = arrays(timed, 30)
    assert len(learned) > 20
    assert learned == arrays(RunFolder(tmp_path / "given"), 30)
    assert timed.config.read_text() == (tmp_path / "given" / "config.yaml").read_text()


def test_a_run_that_is_resumed_goes_on_to_the_same_steps_and_a_new_budget_further(compose, tmp_path, short, capsys):
    words = (*SMALL, *NARROW, "train.log_every=2", "train.checkpoint_every=4", "train.max_minutes=0.00001")
    short(8)
    assert training.train(compose(*words, "train.budget=20s"), tmp_path / "run")[0] == 0
    folder = RunFolder(tmp_path / "run")
    stopped = folder.status()["step"]
    assert stopped < 8
    assert settled(folder)["steps"] == 8
    capsys.readouterr()
    config = folder.read_config()
    config.train.max_minutes = None
    training.resume(config, folder.path)
    assert folder.status()["step"] == 8
    assert "train.budget" not in capsys.readouterr().err
    before = settled(folder)
    config = folder.read_config()
    config.train.budget = "30s"
    assert training.resume(config, folder.path)[0] == 0
    assert folder.status()["step"] == 16
    assert settled(folder) == before | {"steps": 16}
    assert [int(row["step"]) for row in rows(folder)] == [2, 4, 6, 8, 10, 12, 14, 16]
    error = capsys.readouterr().err
    assert "train.budget 30s: 8 steps of " in error
    assert "train.budget 30s: it took " in error


def test_a_budget_that_is_over_before_the_first_step_leaves_nothing(compose, tmp_path):
    config = compose(*SMALL, *NARROW, "train.budget=2m")
    with pytest.raises(
        UserError, match=r"^train\.budget=2m is over before the first step: starting took \d+:\d\d, a step"
    ):
        training.train(config, tmp_path / "run", began=time.monotonic() - 200)
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_a_real_budget_on_digits(compose, tmp_path, capsys):
    began = time.monotonic()
    assert training.train(compose(*SMALL, *NARROW, "train.budget=40s"), tmp_path / "run")[0] == 0
    took = time.monotonic() - began
    folder = RunFolder(tmp_path / "run")
    said = re.search(r"train\.budget 40s: ([\d,]+) steps? of", capsys.readouterr().err)
    assert folder.status()["step"] == settled(folder)["steps"] == int(said[1].replace(",", ""))
    assert 20 < took < 80  # on a quiet machine 38 to 42: others may come or go meanwhile
    steps = [int(row["step"]) for row in rows(folder)]
    assert 50 <= len(steps) <= 200
    assert 6 <= len(list(folder.samples.glob("step-*.png"))) <= 17
    assert np.diff(steps).max() == settled(folder)["log_every"]
    assert json.loads((folder.path / "status.json").read_text())["state"] == "done"
