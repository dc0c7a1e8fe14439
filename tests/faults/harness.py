"""Start `ganae` many times, kill it, and compare what is left: the tools of the tests in this folder."""

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.history import CLOCK_COLUMNS
from ganae_cli.storage.run_folder import RunFolder

ROOT = Path(__file__).parents[2]
CLOCKS = ("seconds", "images_per_second", "peak_memory_mb", "compile_seconds", "seconds_to_first_step", "pid", "host")


class Forker:
    """The client of `forker.py`: starts commands, each as a process of its own, in 5 seconds less than from nothing."""

    def __enter__(self):
        command = [sys.executable, "-m", "tests.faults.forker"]
        streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, **streams)
        self._read()
        return self

    def __exit__(self, *exception):
        self.process.stdin.close()
        self.process.wait(60)

    def start(self, *words: str, log: Path, **how: Any) -> int:
        """Start a command and return its process number. log: file to which what it prints is added.

        how: `arm`, how it dies, as of `child.arm`; `user`, a number; `size`, the most bytes of a file it may write.
        """
        return self._ask(start=list(words), log=str(log), **how)["pid"]

    def wait(self, pid: int, seconds: float = 300) -> int:
        """Return the exit code, negative for a signal. Raises TimeoutError after so many seconds; it is killed then."""
        code = self._ask(wait=pid, seconds=seconds)["code"]
        if code is None:
            raise TimeoutError(f"process {pid} still ran after {seconds} s")
        return code

    def run(self, *words: str, log: Path, **how: Any) -> int:
        """Run a command to its end and return its exit code."""
        return self.wait(self.start(*words, log=log, **how))

    def _ask(self, **request: Any) -> dict:
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return self._read()

    def _read(self) -> dict:
        line = self.process.stdout.readline()
        assert line, "the forker has ended"
        return json.loads(line)


@dataclass
class Trial:
    """A run, or a sweep, that is trained in spite of kills.

    words: of `ganae train`. notes: folder for what it prints; None: beside its own. deaths: how it died, in words.
    """

    forker: Forker
    words: tuple[str, ...]
    path: Path
    notes: Path | None = None
    starts: int = 0
    deaths: list[str] = field(default_factory=list)
    code: int | None = None

    def events(self) -> list[str]:
        """Train without a kill; return the file events, as lines of `child.arm`."""
        assert self.run(arm={}) == 0, self.printed()
        return self._beside("events").read_text().splitlines()

    def killed(self, match: str | None = None, **how: Any) -> bool:
        """Train, or go on, until it dies as told; return False if it was done before. how: of `child.arm`."""
        how |= {"match": [match]} if match else {}
        code = self.run(arm=how)
        events = self._beside("events").read_text().splitlines() or ["at the beginning"]
        return self._died(code, f"{events[-1]} {how}")

    def killed_after(self, seconds: float) -> bool:
        """Train, or go on, and kill it so many seconds later."""
        pid = self.start()
        timer = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
        timer.start()
        try:
            return self._died(self.forker.wait(pid), f"after {seconds:.2f} s")
        finally:
            timer.cancel()

    def paused(self, *match: str, **how: Any) -> Iterator[int]:
        """Train, or go on, and hold it before each of these events, one after another; then let it go on to its end.

        match: patterns of events, as of `child.arm`. Gives 0, 1, …; `code` is its exit code in the end. A pattern that
        is not met before that is an error.
        """
        pid = self.start(arm={"match": match, "stops": True}, **how)
        for number in range(len(match)):
            while (state := _state(pid)) != "T":
                if state == "Z":
                    raise AssertionError(f"{self.forker.wait(pid)} before {match[number]}: {self.printed()}")
                time.sleep(0.01)
            yield number
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.05)
        self.code = self.forker.wait(pid)

    def finish(self) -> None:
        """Go on until it is done; whatever killed it before, that must succeed at once."""
        code = self.run()
        assert code == 0, f"{code} after {self.deaths}: {self.printed()}"

    def printed(self) -> str:
        """Return what the last command printed."""
        return self._beside("log").read_text()

    def _died(self, code: int, how: str) -> bool:
        """Note a death; fail on any other end than a death or a good one."""
        assert code in (0, -signal.SIGKILL, -signal.SIGXFSZ), f"{code} after {self.deaths}, {how}: {self.printed()}"
        self.deaths += [how] if code else []
        return code != 0

    def run(self, **how: Any) -> int:
        """Train, or go on, to the end; return the exit code. how: as of `start`."""
        return self.forker.wait(self.start(**how))

    def start(self, arm: dict | None = None, **how: Any) -> int:
        """Train, or go on, and return the number of the process. arm: of `child.arm`; how: of `Forker.start`."""
        self.starts += 1
        if arm is not None:
            notes = self._beside("events")
            notes.touch()
            notes.chmod(0o666)  # for whatever user the command runs as
            how["arm"] = {"folder": str(self.path), "notes": str(notes)} | arm
        target = "hydra.sweep.dir" if "--multirun" in self.words else "hydra.run.dir"
        has_begun = any((self.path / name).exists() for name in ("config.yaml", "sweep.json"))
        words = ["resume", str(self.path)] if has_begun else ["train", *self.words, f"{target}={self.path}"]
        return self.forker.start(*words, log=self._beside("log"), **how)

    def _beside(self, what: str) -> Path:
        """Return a file about the latest start, outside the folder of the run."""
        return (self.notes or self.path.parent) / f"{self.path.name}.{self.starts}.{what}"


def _state(pid: int) -> str:
    """Return the state of a process by its letter in /proc: T stopped, Z ended."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def differences(one: Path, other: Path) -> list[str]:
    """Return in words how the second run, resumed, differs from the first, in all but clocks; [] if they are equal."""
    first, second = RunFolder(one), RunFolder(other)
    found = [] if first.config.read_text() == second.config.read_text() else ["config.yaml"]
    found += _compared("status", _without_clocks(first.status()), _without_clocks(second.status()))
    found += _compared("history", dict(enumerate(history(first))), dict(enumerate(history(second))))
    kept = {c.step: c for c in first.checkpoints.list()}, {c.step: c for c in second.checkpoints.list()}
    found += [] if kept[0].keys() == kept[1].keys() else [f"checkpoints {sorted(kept[0])} {sorted(kept[1])}"]
    for step in kept[0].keys() & kept[1].keys():
        found += [] if kept[1][step].is_whole() else [f"checkpoint {step} is not whole"]
        found += _compared(f"weights {step}", arrays(kept[0][step].weights), arrays(kept[1][step].weights))
        found += _compared(f"json {step}", *(_about(both[step]) for both in kept))
    found += _compared("sampler", *(_sampler(folder) for folder in (first, second)))
    pictures = [{path.name: path.read_bytes() for path in folder.samples.glob("*")} for folder in (first, second)]
    found += _compared("samples", *pictures)
    found += _compared("files", *(dict.fromkeys(_names(path)) for path in (one, other)))
    return found


def _names(run: Path) -> set[str]:
    """Return the names of all files of a run, but TensorBoard's: each process writes one of its own."""
    return {str(path.relative_to(run)) for path in run.rglob("*") if "tensorboard" not in path.parts}


def _compared(what: str, one: dict, other: dict) -> list[str]:
    if one.keys() != other.keys():
        missing, new = sorted(map(str, one.keys() - other.keys())), sorted(map(str, other.keys() - one.keys()))
        return [f"{what}: {missing} missing, {new} new"]
    differing = [key for key in one if not _same(one[key], other[key])]
    return [f"{what}: {key} is {str(other[key])[:200]}, not {str(one[key])[:200]}" for key in differing]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return one == other


def history(folder: RunFolder) -> list[dict]:
    """Return the rows of a history without clocks."""
    with folder.history.path.open(newline="") as file:
        return [{key: value for key, value in row.items() if key not in CLOCK_COLUMNS} for row in csv.DictReader(file)]


def arrays(weights: Path) -> dict[str, np.ndarray]:
    """Return every array of a weights file, by its path in it."""
    found: dict[str, np.ndarray] = {}
    with h5py.File(weights) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def _about(checkpoint: Checkpoint) -> dict:
    return {key: value for key, value in checkpoint.about.items() if key not in ("seconds", "sha256")}


def _sampler(folder: RunFolder) -> dict:
    facts, values = folder.sampler.read()
    return {key: value for key, value in facts.items() if key != "sha256"} | values


def _without_clocks(status: dict) -> dict:
    metrics = {key: value for key, value in status.get("metrics", {}).items() if key not in CLOCKS}
    return {key: value for key, value in status.items() if key not in CLOCKS} | {"metrics": metrics}
