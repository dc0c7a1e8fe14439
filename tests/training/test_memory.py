"""A long run takes no more memory than a short one."""

import re
import statistics
from pathlib import Path

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training

SMALL = [
    *("model=gan", "dataset=ring", "dataset.count=500", "train.batch_size=16", "hardware=cpu", "hardware.threads=1"),
    *(f"network@networks.{role}=mlp" for role in ("generator", "discriminator")),
    *(f"networks.{role}.{size}" for role in ("generator", "discriminator") for size in ("width=8", "depth=1")),
]
WARM_UP, STEPS = 1000, 10_000
BOUND = 300  # kB in a thousand steps, 3 MB in all: what is lost at every step shows from 300 bytes a step on
STATUS = Path("/proc/self/status")


def allocated() -> int:
    """Return the kB of the process alone, swapped out or not: pages of files come and go with the whole machine."""
    return sum(int(size) for size in re.findall(r"^(?:RssAnon|VmSwap):\s+(\d+) kB$", STATUS.read_text(), re.MULTILINE))


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason="only Linux says what a process has allocated")
def test_memory_does_not_grow_with_the_steps(compose, tmp_path, monkeypatch):
    """The steps include reports, tables and 30 epochs of the data in a thousand steps, but no pictures."""
    used, note = {}, RunFolder.note_progress

    def noted(folder, row):
        used[row["step"]] = allocated()
        note(folder, row)

    monkeypatch.setattr(RunFolder, "note_progress", noted)
    last = WARM_UP + STEPS
    words = (f"train.steps={last}", "train.log_every=100", "train.sample_every=100000", "train.checkpoint_every=100000")
    assert training.train(compose(*words, *SMALL), tmp_path / "run")[0] == 0
    grown = [used[step] - used[step - WARM_UP] for step in range(2 * WARM_UP, last + 1, WARM_UP)]
    # The median, since what compiling has left is handed back in one piece, at some time in between.
    assert statistics.median(grown) < BOUND, grown
