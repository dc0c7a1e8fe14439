"""Training: some seconds of a small GAN, written, read again, and resumed to the same numbers."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ganae_cli.doctor.finding import Finding, ok, problem
from ganae_cli.storage.history import CLOCK_COLUMNS
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.endings import how_it_ended

IS_SLOW = True
SECONDS = 600  # after which a training hangs
STEPS, HALF = 1000, 500
WORDS = ("model=gan", "dataset=ring", f"train.steps={STEPS}", "hardware.threads=1")
EVERY = (f"train.checkpoint_every={HALF}", f"train.log_every={HALF}", f"train.sample_every={STEPS}")


def check() -> Iterator[Finding]:
    """Train in processes of their own, in a temporary folder, and compare a run with its second half trained anew."""
    with tempfile.TemporaryDirectory(prefix="ganae-doctor-") as place:
        whole, resumed = RunFolder(Path(place) / "whole"), RunFolder(Path(place) / "resumed")
        fault = _ganae("train", *WORDS, *EVERY, f"hydra.run.dir={whole.path}")
        if fault:
            yield problem(f"a small training {fault}", "`ganae train dataset=ring` shows more")
            return
        newest = whole.checkpoints.newest()
        if newest is None or newest.step != STEPS:
            yield problem("a small training left no checkpoint of its last step", "please report this")
            return
        status, rate = whole.status(), float(whole.history.read()[-1]["images_per_second"])
        batch = whole.read_config().train.batch_size
        yield ok(f"{rate / batch:,.0f} steps per second, the first after {status.get('seconds_to_first_step')} s")
        shutil.copytree(whole.path, resumed.path)
        resumed.checkpoints.remove(newest)
        (resumed.path / "status.json").unlink()
        fault = _ganae("resume", str(resumed.path))
        if fault:
            yield problem(f"going on from a checkpoint {fault}", "please report this")
        elif _numbers(whole) != _numbers(resumed):
            yield problem("a run that goes on from a checkpoint ends with other numbers", "please report this")
        else:
            yield ok(f"a run resumed at step {HALF} ends with the same numbers, bit for bit")


def _ganae(*words: str) -> str | None:
    """Run a command of ganae. Return how it failed; None if it did not."""
    command = [sys.executable, "-P", "-m", "ganae_cli", *words]
    variables = {name: value for name, value in os.environ.items() if name != "TF_CONFIG"}
    try:
        run = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"does not end within {SECONDS} seconds"
    last = (run.stderr.strip().splitlines() or [""])[-1]
    return f"fails: {how_it_ended(run.returncode)}: {last}" if run.returncode else None


def _numbers(folder: RunFolder) -> list[dict[str, str]]:
    """Return the history without what depends on the clock."""
    return [{key: row[key] for key in row if key not in CLOCK_COLUMNS} for row in folder.history.read()]
