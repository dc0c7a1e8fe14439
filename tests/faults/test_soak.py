"""A long run with all callbacks takes no more memory, file handles or threads than a short one.

The long version, 50,000 steps with 500 checkpoints and 100 pictures, takes 2 minutes:
`pytest -m slow -s tests/faults/test_soak.py` also prints the curve.
"""

import itertools
import os
import re
import statistics
from pathlib import Path

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from tests.faults import runs

PROCESS = Path("/proc/self")
pytestmark = pytest.mark.skipif(not PROCESS.exists(), reason="only Linux says what a process holds")


def held() -> dict[str, int]:
    """Return what this process holds: kB of its own memory, swapped out or not; file handles; threads."""
    sizes = re.findall(r"^(?:RssAnon|VmSwap):\s+(\d+) kB$", (PROCESS / "status").read_text(), re.MULTILINE)
    counts = {name: len(os.listdir(PROCESS / name)) for name in ("fd", "task")}  # noqa: PTH208
    return {"memory": sum(map(int, sizes)), **counts}


@pytest.fixture
def soak(compose, tmp_path, monkeypatch):
    """Return a function that trains a run and returns what is held after the rows of every `window`-th step."""

    def trained(steps: int, window: int, **every: int) -> dict[int, dict[str, int]]:
        found, note = {}, RunFolder.note_progress

        def noted(folder, row):
            note(folder, row)
            if row["step"] % window == 0:
                found[row["step"]] = held()

        monkeypatch.setattr(RunFolder, "note_progress", noted)
        words = (f"train.steps={steps}", *(f"train.{name}_every={step}" for name, step in every.items()))
        assert training.train(compose(*runs.GAN, *words), tmp_path / "run")[0] == 0
        return found

    return trained


def growth(found: dict[int, dict[str, int]]) -> list[int]:
    """Return by how many kB the memory has grown in each window."""
    used = [held["memory"] for held in found.values()]
    return [after - before for before, after in itertools.pairwise(used)]


def test_a_checkpoint_leaves_nothing(soak):
    """Six windows of ten checkpoints; Keras' own saving left 1400 kB in each. The median: compiling hands some back."""
    found = soak(700, 100, log=50, sample=1000, checkpoint=10)
    assert statistics.median(growth(found)) < 400, found
    assert found[700]["fd"] <= found[200]["fd"]
    assert found[700]["task"] <= found[200]["task"]


@pytest.mark.slow
def test_fifty_thousand_steps(soak):
    found = soak(50_000, 2500, log=100, sample=500, checkpoint=100)
    for step, what in found.items():
        print(step, what)
    # In 25 checkpoints and 5 pictures: 7,500 kB when Keras' saving and matplotlib's figures were not cleaned up.
    assert statistics.median(growth(found)) < 500, found
    assert found[50_000]["memory"] - found[10_000]["memory"] < 10_000
    assert found[50_000]["fd"] <= found[5_000]["fd"]
    assert found[50_000]["task"] <= found[5_000]["task"]
