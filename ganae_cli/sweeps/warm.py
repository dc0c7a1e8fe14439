"""The pool's side of `ganae_cli.warm`: starts jobs as forks of a process that has imported TensorFlow."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ganae_cli.runtime import children


class Warm:
    """A process that forks jobs; use `close` once they have ended.

    Raises OSError, from `start`, if it cannot fork, or must not: the caller starts the job afresh then.
    """

    def __init__(self, tied: Mapping[str, Any]):
        streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(_command(), **streams, start_new_session=True, **tied)
        self._unread, self._codes, self._is_ready = b"", dict[int, int](), False

    def start(self, words: Sequence[str], variables: Mapping[str, str], output: Path) -> "Fork":
        """Start `ganae` with words as a fork. output: file to which what it prints is added."""
        if not self._is_ready:
            found = self._next()
            if found.get("strange_threads") != 0:
                raise OSError(f"the warm process has other threads than OpenBLAS's own: {found}")
            self._is_ready = True
        request = {"words": list(words), "variables": dict(variables), "output": str(output.absolute())}
        self._send(request | {"folder": os.getcwd(), "command": children.command("ganae_cli")})  # noqa: PTH109
        while "pid" not in (found := self._next()):
            self._note(found)
        return Fork(self, found["pid"])

    def code(self, pid: int) -> int | None:
        """Return the exit code of a fork, negative for a signal; None while it runs."""
        os.set_blocking(self._read_end, False)
        try:
            piece = os.read(self._read_end, 65536)
            self._unread += piece
            if not piece and pid not in self._codes:  # the warm process is gone
                return None if _is_there(pid) else self._codes.get(pid, 1)
        except BlockingIOError:
            pass
        finally:
            os.set_blocking(self._read_end, True)
        while b"\n" in self._unread:
            self._note(self._next())
        return self._codes.get(pid)

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to a fork that has not ended."""
        try:
            self._send({"signal": number, "pid": pid})
        except OSError:  # the warm process is gone
            if _is_there(pid):
                os.kill(pid, number)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        if not self._is_ready:  # it still imports
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    @property
    def _read_end(self) -> int:
        assert self._process.stdout
        return self._process.stdout.fileno()

    def _send(self, request: dict[str, Any]) -> None:
        assert self._process.stdin
        os.write(self._process.stdin.fileno(), json.dumps(request).encode() + b"\n")

    def _next(self) -> dict[str, Any]:
        while b"\n" not in self._unread:
            piece = os.read(self._read_end, 65536)
            if not piece:
                raise OSError("the warm process has ended")
            self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        return json.loads(line)

    def _note(self, fact: dict[str, Any]) -> None:
        if "ended" in fact:
            self._codes[fact["ended"]] = fact["code"]


class Fork:
    """A job that was forked, with what the pool needs of `subprocess.Popen`."""

    def __init__(self, warm: Warm, pid: int):
        self.warm, self.pid = warm, pid

    def poll(self) -> int | None:
        """Return the exit code; None while it runs."""
        return self.warm.code(self.pid)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        self.warm.signal(self.pid, number)


def _command() -> list[str]:
    return children.command("ganae_cli.warm")


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
