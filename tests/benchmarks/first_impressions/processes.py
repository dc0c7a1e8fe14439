"""The processes of the runs: started with an own log, told to stop together, gone when this program is."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ganae_cli.runtime import lifeline
from tests.benchmarks.first_impressions.sets import ROOT


class Stopped(Exception):
    """The program was told to stop: what runs saves its state and ends, and nothing new begins."""


class Processes:
    """Runs `python -m …`; from several threads at once. code: folder of the ganae that is imported."""

    def __init__(self, code: Path, tie: Mapping):
        self.code, self.tie = code, tie
        self.running: set[subprocess.Popen] = set()
        self.lock, self.is_stopped = threading.Lock(), False

    def ganae(self, words: Sequence[str], log: Path, output: Path | None = None, by_processor: bool = False) -> int:
        """Run a command of ganae; return its exit code. by_processor: its clock is the processor's. See `call`."""
        if by_processor:
            return self.beside("by_processor", words, log)
        return self.call(["-P", "-m", "ganae_cli", *words], self.code, log, output)

    def beside(self, module: str, words: Sequence[str], log: Path) -> int:
        """Run a module beside this one that imports ganae only, of the folder; return its exit code."""
        return self.call(["-P", str(Path(__file__).with_name(f"{module}.py")), *words], self.code, log)

    def ours(self, module: str, words: Sequence[str], log: Path) -> int:
        """Run a module beside this one, with the ganae that is beside it; return its exit code."""
        return self.call(["-m", f"{__package__}.{module}", *words], ROOT, log)

    def call(self, words: Sequence[str], first: Path, log: Path, output: Path | None = None) -> int:
        """Wait for a Python process. first: folder from which it imports before all others.

        log: takes what it says, at its end; output: takes its standard output instead. Raises Stopped.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as held:
            to_log = held.enter_context(log.open("a", encoding="utf-8"))
            to = held.enter_context(output.open("w", encoding="utf-8")) if output else to_log
            with self.lock:
                if self.is_stopped:
                    raise Stopped
                process = subprocess.Popen(
                    [sys.executable, *words],
                    cwd=first,  # whose commit ganae notes
                    stdin=subprocess.DEVNULL,
                    stdout=to,
                    stderr=to_log,
                    start_new_session=True,  # Ctrl-C is for this program, which tells them
                    **{**self.tie, "env": self.tie["env"] | surroundings(first)},
                )
                self.running.add(process)
            try:
                code = process.wait()
            finally:
                with self.lock:
                    self.running.discard(process)
        if self.is_stopped:
            raise Stopped
        return code

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Tell all that run to end, and let nothing new begin."""
        with self.lock:
            self.is_stopped = True
            for process in self.running:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(number)


def surroundings(first: Path) -> dict[str, str]:
    """Return environment variables: where to import from, and one thread for all that computes."""
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    others = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and Path(path) != ROOT]
    return threads | {"PYTHONPATH": os.pathsep.join([str(first), *others]), "TF_CPP_MIN_LOG_LEVEL": "3"}


@contextlib.contextmanager
def tied(code: Path) -> Iterator[Processes]:
    """Give the processes of this block: they end when it does, and when this program is killed."""
    with lifeline.tied() as tie:
        yield Processes(code, tie)
