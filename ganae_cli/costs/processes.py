"""Measure jobs in processes of their own, so that neither memory nor a crash of one touches another.

`python -m ganae_cli.costs.processes` reads configs from its standard input, one in a line of JSON, and answers each in
one line of JSON. On Linux it imports TensorFlow once and forks for each config, before TensorFlow has begun to use a
device; elsewhere a fork is not safe, and each config has a process that imports TensorFlow anew.
"""

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import IO, Any, NamedTuple, cast

from omegaconf import DictConfig, OmegaConf

from ganae_cli.costs.report import RunCost
from ganae_cli.errors import UserError
from ganae_cli.runtime import children, process
from ganae_cli.runtime.import_tensorflow import import_tensorflow
from ganae_cli.sweeps.endings import how_it_ended

CAN_FORK = sys.platform == "linux"
COMMAND = children.command("ganae_cli.costs.processes")


class Measured(NamedTuple):
    """What a job costs, or why that is not known, and its exit code: 2 for what cannot be built, 1 for a failure."""

    cost: RunCost | str
    code: int


@contextlib.contextmanager
def processes() -> Iterator[Callable[[DictConfig], Measured]]:
    """Give a function that measures a config in a process of its own; at the end of the block none is left."""
    server = _Server()
    try:
        yield server.measure
    finally:
        server.stop()


class _Server:
    """The process that measures; it is started when it is needed, and again if it has died."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.said: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed by `stop`

    def measure(self, config: DictConfig) -> Measured:
        server = self._started()
        assert server.stdin is not None
        assert server.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # it has died: there is no answer
            server.stdin.write(json.dumps(OmegaConf.to_yaml(config, resolve=True)) + "\n")
            server.stdin.flush()
        line = server.stdout.readline()
        found = json.loads(line) if line else {"code": server.wait()}
        if not line or not CAN_FORK:
            self._end()
        return _read(found)

    def _started(self) -> subprocess.Popen[str]:
        if self.process is None:
            pipe = subprocess.PIPE
            # A session of its own: a Ctrl-C reaches it once, from `stop`.
            self.process = subprocess.Popen(
                COMMAND, stdin=pipe, stdout=pipe, stderr=self.said, text=True, start_new_session=True
            )
        return self.process

    def stop(self) -> None:
        self._end()
        self.said.close()

    def _end(self) -> None:
        """End the process, and the one that it has forked."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                stream and stream.close()
        self.process.wait()
        self.process = None


def _read(found: dict[str, Any]) -> Measured:
    """Return what an answer says."""
    if "cost" in found:
        return Measured(RunCost.of(found["cost"]), 0)
    if "refused" in found:
        return Measured(f"cannot be built: {found['refused']}", 2)
    return Measured(f"failed: {found.get('failed') or how_it_ended(found['code'])}", 1)


def serve(configs: IO[str], answers: IO[str]) -> None:
    """Answer each line that is a config in YAML, as a JSON string, with a line of JSON."""
    _import()
    for line in configs:
        answers.write(json.dumps(_in_fork(json.loads(line)) if CAN_FORK else answer(json.loads(line))) + "\n")
        answers.flush()


_imports: list[float] = []  # seconds that a process takes to import what a job needs, once it has


def _import() -> None:
    began = time.monotonic()
    import_tensorflow()
    from ganae_cli.builders import from_config
    from ganae_cli.costs import measure  # noqa: F401 -- for the forks

    from_config.import_parts()
    _imports.append(time.monotonic() - began)


def _in_fork(text: str) -> dict[str, Any]:
    """Return the answer of a forked process, or {"code": …} if it ended without one."""
    reader, writer = os.pipe()
    peak, of_files = process.peak_memory(), process.file_memory()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(2, 1)  # what a plugin prints is no answer
        with os.fdopen(writer, "w") as pipe:
            pipe.write(json.dumps(_as_if_alone(answer(text), peak or 0, of_files or 0)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(said) if said else {"code": os.waitstatus_to_exitcode(status)}


def _as_if_alone(found: dict[str, Any], peak: int, of_files: int) -> dict[str, Any]:
    """Return an answer with the peak of memory that the process would have had if it had imported TensorFlow itself.

    A fork begins without the pages of the libraries that its parent had read, and gets those that it uses.
    peak, of_files: the parent's peak, and its memory that is pages of files, both before the fork.
    """
    time = found.get("cost", {}).get("time")
    if time and time["peak"] is not None:
        missing = max(0, of_files - (process.file_memory() or 0))
        time["peak"] = max(peak, time["peak"] + missing)
    return found


def answer(text: str) -> dict[str, Any]:
    """Return {"cost": …}, {"refused": why it cannot be built} or {"failed": why}. text: a config in YAML."""
    from ganae_cli.costs import measure

    config = cast(DictConfig, OmegaConf.create(text))
    began = time.monotonic() - sum(_imports)  # as if the job had imported it itself
    try:
        return {"cost": dataclasses.asdict(measure.measure(config, config.get("plugins") or (), began))}
    except UserError as error:
        return {"refused": " ".join(str(error).split())}
    except Exception as error:
        return {"failed": " ".join(f"{type(error).__name__}: {error}".split())}


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
