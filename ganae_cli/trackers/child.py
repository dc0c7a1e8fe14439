"""The process of a tracker: `python -m ganae_cli.trackers.child` answers each line of its input, a request, with one.

It ends when its input does: also when the training process was killed, whose run it then closes as interrupted.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ganae_cli.runtime import process
from ganae_cli.terminal import one_line
from ganae_cli.trackers.base import About, Tracker, plain, without_login
from ganae_cli.trackers.choice import made

NICE = 10  # training comes first
MOST_TEXT = 300  # characters of an error


class Served:
    """Does what requests ask of a tracker."""

    def __init__(self) -> None:
        self.tracker: Tracker | None = None
        self.step = 0

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request {"do": name, …}. Raises whatever the tracker raises."""
        acts: dict[str, Callable[..., dict[str, Any] | None]] = {
            "open": self.open,
            "rows": self.rows,
            "picture": self.picture,
            "close": self.close,
        }
        return acts[request.pop("do")](**request) or {}

    def open(self, name: str, options: dict[str, Any], plugins: list[str], about: dict[str, Any]) -> dict[str, Any]:
        self.close("interrupted")  # of a run that went back: what follows is another one
        tracker = made(name, options, plugins)
        paths: dict[str, Any] = {key: Path(about[key]) for key in ("folder", "outputs", "group_folder") if about[key]}
        opened = tracker.open(About(**(about | paths)))
        self.tracker, self.step = tracker, opened.step or 0
        return {"run": opened.run, "place": opened.place, "step": opened.step}

    def rows(self, rows: list[dict[str, Any]]) -> None:
        assert self.tracker
        for row in rows:
            values = {name: value for name, value in row["values"].items() if value is not None}
            self.tracker.row(row["step"], plain(values), row["when"])
            self.step = row["step"]

    def picture(self, step: int, name: str, path: str) -> None:
        assert self.tracker
        if Path(path).is_file():  # it could not be written, on a full disk
            self.tracker.picture(step, name, Path(path))

    def close(
        self,
        state: str,
        metrics: dict[str, Any] | None = None,
        words: dict[str, str] | None = None,
        files: Iterable[tuple[str, str]] = (),
    ) -> None:
        tracker, self.tracker = self.tracker, None
        if tracker is None:
            return
        for path, folder in files:
            tracker.file(Path(path), folder)
        tracker.close(state, plain(metrics or {}), words or {}, self.step)


def serve(requests: Iterable[str], say: Callable[[str], object]) -> None:
    """Answer all requests; close what is still open at their end."""
    served = Served()
    for line in requests:
        try:
            answer: dict[str, Any] = {"ok": served.answer(json.loads(line))}
        except Exception as error:  # its reason is shown to the user by the training process
            answer = {"error": without_login(one_line(f"{type(error).__name__}: {error}"))[:MOST_TEXT]}
        with contextlib.suppress(OSError):  # nobody reads it any more
            say(json.dumps(answer))
    if served.tracker:
        signal.alarm(int(served.tracker.timeout) + 1)  # nobody else ends it if that hangs
        served.close("interrupted")
        signal.alarm(0)


def main() -> None:
    """Answer requests from standard input on standard output. What libraries print goes nowhere."""
    for number in (*process.STOPPING,):
        signal.signal(number, signal.SIG_IGN)  # the training process decides when to end
    with contextlib.suppress(OSError):
        os.nice(NICE)
    answers = os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    serve(sys.stdin, lambda line: print(line, file=answers, flush=True))


if __name__ == "__main__":
    main()
