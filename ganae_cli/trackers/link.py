"""The training's side of a tracker's process: requests and answers, each within a time limit."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

from ganae_cli.runtime import children

MODULE = "ganae_cli.trackers.child"
CHUNK = 2**16
POLL = 0.02


class Broken(Exception):
    """A tracker refused a request, did not answer in time, or its process has ended."""


class Link:
    """A process that answers requests, one at a time. It is started here, in a session of its own.

    A Ctrl-C reaches the training alone; the process ends when its input is closed.
    """

    def __init__(self) -> None:
        pipe: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(children.command(*MODULE.split()), **pipe, bufsize=0, start_new_session=True)
        assert self.process.stdin
        assert self.process.stdout
        self.requests, self.answers = self.process.stdin.fileno(), self.process.stdout.fileno()
        for number in (self.requests, self.answers):
            os.set_blocking(number, False)
        self.read, self.given_up = b"", ""

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to a request. Raises Broken, with a reason, and after so many seconds without an answer."""
        deadline = time.monotonic() + seconds
        try:
            self._write(json.dumps(request).encode() + b"\n", deadline)
            answer = json.loads(self._line(deadline))
        except TimeoutError:
            raise Broken(f"no answer within {seconds:g} s") from None
        except (OSError, ValueError):
            raise Broken(self._how_it_ended()) from None
        if "ok" not in answer:
            raise Broken(str(answer.get("error")))
        return answer["ok"]

    def _write(self, text: bytes, deadline: float) -> None:
        while text:
            self._wait(self.requests, selectors.EVENT_WRITE, deadline)
            text = text[os.write(self.requests, text[:CHUNK]) :]

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self.read:
            self._wait(self.answers, selectors.EVENT_READ, deadline)
            found = os.read(self.answers, CHUNK)
            if not found:
                raise BrokenPipeError
            self.read += found
        line, _, self.read = self.read.partition(b"\n")
        return line

    @staticmethod
    def _wait(number: int, event: int, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(number, event)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError

    def _how_it_ended(self) -> str:
        if self.given_up:
            return self.given_up
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self.process.wait(1)
            return (
                f"its process was ended by {signal.Signals(-code).name}" if code < 0 else f"its process ended ({code})"
            )
        return "its process does not answer"

    def kill(self, reason: str) -> None:
        """Kill the process with all that it has started; whoever waits for an answer is told the reason."""
        self.given_up = reason
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def end(self, left: Callable[[], float] = lambda: 0.0) -> None:
        """Let the process end by itself, and kill it if it has not done so in time. left: seconds, asked again."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        while self.process.poll() is None and left() > 0:
            time.sleep(min(POLL, max(0.0, left())))
        if self.process.poll() is None:
            self.kill("it was ended")
            self.process.wait()
