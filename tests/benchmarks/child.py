"""A contender's process: started, timed from outside, its memory read when it has ended."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.timing import STARTED

ROOT = Path(__file__).parents[2]
LONGEST = 1200  # seconds that a contender may take


@dataclass
class Ended:
    """code: its exit code. memory: its largest resident set in bytes, children of its own not included."""

    code: int
    memory: int
    output: str
    errors: str

    @property
    def last_words(self) -> str:
        """Return the last line that names an error, or else the last line."""
        lines = [line.strip() for line in self.errors.splitlines() if line.strip()]
        named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b|ganae: error", line)]
        return (named or lines or [f"it ended with exit code {self.code} and no word"])[-1]


class Child:
    """`python -m <words>` from the repository's root, its output kept in a folder."""

    def __init__(self, words: list[str], folder: Path, **environment: str):
        self.started, self.folder, self.code = time.time(), folder, None
        with (folder / "output").open("w") as output, (folder / "errors").open("w") as errors:
            command = [sys.executable, "-m", *words]
            surroundings = os.environ | {STARTED: str(self.started)} | environment
            self.process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=output, stderr=errors)

    @property
    def is_running(self) -> bool:
        if self.code is None:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.code, self.memory = os.waitstatus_to_exitcode(status), 1024 * usage.ru_maxrss
                self.process.returncode = self.code  # or Popen would wait for it once more
        return self.code is None

    def stop(self) -> None:
        """Send SIGTERM, as a user's `kill` does: ganae saves its state and ends."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)

    def wait(self) -> Ended:
        """Wait until the process has ended; end it by force after LONGEST seconds."""
        try:
            while self.is_running:
                if time.time() - self.started > LONGEST:
                    self.process.kill()
                time.sleep(0.05)
        except BaseException:
            self.process.kill()
            raise
        kept = [(self.folder / name).read_text(errors="replace") for name in ("output", "errors")]
        return Ended(self.code, self.memory, *kept)
