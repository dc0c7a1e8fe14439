"""The pool: trains run folders in processes of their own, so many at a time.

Each process is `ganae resume FOLDER`, in a session of its own, with its share of the threads and of the GPUs. However
the pool ends, no process is left: it waits for all of them, and a SIGKILL ends them through their lifeline.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.runtime import children, lifeline, process
from ganae_cli.storage.atomic import open_to_append
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import gpus
from ganae_cli.sweeps.begin import NotNeeded, begin
from ganae_cli.sweeps.endings import OUTPUT, record
from ganae_cli.sweeps.warm import Fork, Warm
from ganae_cli.terminal import tell

POLL_SECONDS = 0.1


@dataclass
class _Process:
    """A job in training: its process, its place among those at once, and whether it was told to stop."""

    popen: subprocess.Popen[bytes] | Fork | NotNeeded
    place: int
    is_stopped: bool = False


class Pool:
    """Trains prepared run folders in processes, so many at a time; use it in a `with` block.

    On leaving the block every process has ended; if an exception leaves it, they are told to stop first. Signals that
    ask this process to stop are passed on to the jobs, once each; the pool starts no more then, and leaving the block
    raises SystemExit with code 128 + the first signal, after all jobs have saved their state.

    at_once: most jobs at the same time. plugins: packages that the user named, as no run folder names any. name: what a
    job is called in messages, by its folder. forks: a job is a fork of a process that has imported TensorFlow, if that
    is safe here.
    """

    def __init__(
        self, at_once: int, plugins: Sequence[str] = (), name: Callable[[Path], str] = str, forks: bool = False
    ):
        self.at_once, self.plugins, self.name = max(1, at_once), list(plugins), name
        self.forks = forks
        self._warm: Warm | None = None
        self.received: list[int] = []  # signals
        self._passed_on = 0
        self._running: dict[Path, _Process] = {}
        self._ended: list[Path] = []
        self._tied: dict[str, Any] = {}  # options of `subprocess`
        self._lifeline: dict[str, str] = {}
        self._held = contextlib.ExitStack()

    @property
    def running(self) -> tuple[Path, ...]:
        """The folders of the jobs that train, in the order in which they were started."""
        return tuple(self._running)

    @property
    def is_full(self) -> bool:
        """Whether as many jobs train as may at the same time."""
        return len(self._running) >= self.at_once

    @property
    def is_stopping(self) -> bool:
        """Whether this process was told to stop."""
        return bool(self.received)

    def __enter__(self) -> "Pool":
        self._held.enter_context(process.handling_signals(self.received.append))
        self._tied = self._held.enter_context(lifeline.tied())
        self._lifeline = {lifeline.VARIABLE: self._tied.pop("env")[lifeline.VARIABLE]}
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._look()  # passes a signal on before anything else is sent
            for path in self.running if kind and not self.received else ():
                self.stop(path)
            while self._running:
                self._look()
                time.sleep(POLL_SECONDS)
        finally:
            if self._warm:
                self._warm.close()
            self._held.close()
        if self.received:
            raise SystemExit(128 + self.received[0])

    def start(self, path: Path, overrides: Sequence[str] = (), variables: Mapping[str, str] | None = None) -> None:
        """Start to train a run folder that is prepared, or go on with it.

        One that another process has finished meanwhile is left as it is, and ends at once.

        Raises UserError, and writes nothing, if another process trains in it; SystemExit if this process was told to
        stop; RuntimeError if the pool is full.

        overrides: KEY=VALUE, kept in its config from then on. variables: of the environment of its process.
        """
        if self.received:
            raise SystemExit(128 + self.received[0])
        if self.is_full:
            raise RuntimeError(f"{self.at_once} jobs train, which is as many as may")
        folder = RunFolder(path)
        place = min(set(range(self.at_once)) - {job.place for job in self._running.values()})
        if not begin(folder, goes_further=bool(overrides)):
            self._running[path] = _Process(NotNeeded(), place)
            return
        hardware = _hardware(folder)
        shares = gpus.variables(place, self.at_once, hardware)
        words = [*self._threads(hardware), *overrides]
        self._running[path] = _Process(self._popen(path, words, {**shares, **(variables or {})}), place)

    def _popen(
        self, path: Path, overrides: Sequence[str], variables: Mapping[str, str]
    ) -> "subprocess.Popen[bytes] | Fork":
        environment = {**os.environ, **self._lifeline, **variables}
        if self.forks:
            try:
                self._warm = self._warm or Warm(self._tied)
                return self._warm.start(words_of_job(path, self.plugins, overrides), environment, path / OUTPUT)
            except OSError as error:
                tell(f"ganae: warning: {error}: jobs are started afresh (sweep.forks)")
                self.forks = False
        with os.fdopen(open_to_append(path / OUTPUT), "ab") as log:
            streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            # A session of its own: a Ctrl-C reaches the job once, from here.
            return subprocess.Popen(
                command(path, self.plugins, overrides), **streams, start_new_session=True, **self._tied, env=environment
            )

    def _threads(self, hardware: Mapping[str, Any]) -> list[str]:
        """Return the override that gives a job its share of the processors, unless its config has a number."""
        if self.at_once == 1 or hardware.get("threads") is not None:
            return []
        return [f"hardware.threads={max(1, process.processors() // self.at_once)}"]

    def stop(self, path: Path) -> None:
        """Tell one job to save its state and end (SIGTERM). It is among those of `ended` once it has."""
        job = self._running.get(path)
        if job and not job.is_stopped:
            job.is_stopped = True
            job.popen.send_signal(signal.SIGTERM)

    def ended(self) -> list[Path]:
        """Return the folders of jobs that have ended since the last look; their status says how."""
        self._look()
        found, self._ended = self._ended, []
        return found

    def wait(self, seconds: float = float("inf")) -> list[Path]:
        """Wait until a job ends, nothing trains, this process is told to stop, or time is over; return as `ended`."""
        until, before = time.monotonic() + seconds, len(self.received)
        while not (found := self.ended()) and self._running and len(self.received) == before:
            if time.monotonic() >= until:
                break
            time.sleep(POLL_SECONDS)
        return found

    def _look(self) -> None:
        """Pass on signals, and record the jobs that have ended."""
        news, self._passed_on = self.received[self._passed_on :], len(self.received)
        for number in news:
            for job in self._running.values():
                job.is_stopped = True
                job.popen.send_signal(number)
        for path, job in list(self._running.items()):
            code = job.popen.poll()
            if code is not None:
                if code:
                    record(RunFolder(path), code, job.is_stopped, self.name)
                del self._running[path]
                self._ended.append(path)


def _hardware(folder: RunFolder) -> Mapping[str, Any]:
    """Return the section of a job's config; {} for a config that cannot be read, of which the job itself tells."""
    try:
        found = folder.read_config().get("hardware")
    except UserError:
        return {}
    return found if isinstance(found, Mapping) else {}


def command(path: Path, plugins: Sequence[str] = (), overrides: Sequence[str] = ()) -> list[str]:
    """Return the command line that starts a job, or starts it again."""
    return children.command("ganae_cli", *words_of_job(path, plugins, overrides))


def words_of_job(path: Path, plugins: Sequence[str] = (), overrides: Sequence[str] = ()) -> list[str]:
    """Return the words of `ganae` that train a job, or go on with it."""
    named = [f"plugins=[{','.join(plugins)}]"] if plugins else []
    return ["resume", str(path), *named, *overrides]
