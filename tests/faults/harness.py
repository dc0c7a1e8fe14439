"""Start `ganae` many times, kill it or hold it: the tools of the tests in this folder."""

import contextlib
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

ROOT = Path(__file__).parents[2]


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

        how: `arm`, how it dies, as of `child.arm`; `size`, the most bytes of a file it may write;
        `obeys`: permissions of files hold for it, even if it is root's.
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
        try:
            for number in range(len(match)):
                while (state := _state(pid)) != "T":
                    assert state != "Z", f"{self.forker.wait(pid)} before {match[number]}: {self.printed()}"
                    time.sleep(0.01)
                yield number
                os.kill(pid, signal.SIGCONT)
                time.sleep(0.05)
        except BaseException:  # the test has failed: nobody would let it go on
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            raise
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
            how["arm"] = {"folder": str(self.path), "notes": str(notes)} | arm
        target = "hydra.sweep.dir" if "--multirun" in self.words else "hydra.run.dir"
        has_begun = any((self.path / name).exists() for name in ("config.yaml", "sweep.json"))
        words = ["resume", str(self.path)] if has_begun else ["train", *self.words, f"{target}={self.path}"]
        return self.forker.start(*words, log=self._beside("log"), **how)

    def _beside(self, what: str) -> Path:
        """Return a file about the latest start, outside the folder of the run."""
        return (self.notes or self.path.parent) / f"{self.path.name}.{self.starts}.{what}"


def is_alive(pid: int) -> bool:
    """Return True for a process that has not ended yet."""
    return _state(pid) != "Z"


def _state(pid: int) -> str:
    """Return the state of a process by its letter in /proc: T stopped, Z ended."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
