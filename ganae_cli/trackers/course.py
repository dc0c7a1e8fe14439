"""What is still to be told of a run: its rows and pictures in order, each once, whatever was told before a kill.

A training that goes on from its newest checkpoint first repeats what was trained after it. Those rows have been told,
so they wait for the last one of them: if that is the same, bit for bit, all are, and are dropped. If not, the training
has taken another course, as after `--checkpoint`, a rollback or with other settings: as no tracker can take back what
it was told, that becomes a run of its own, from the first step on.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from typing import Any

from ganae_cli.storage.tracker_file import Told, digest

MOST_ROWS = 200  # of one request
Request = dict[str, Any]


class Course:
    """Requests that wait to be sent, oldest first, in `waiting`.

    told: how far the tracker is told once they are sent. sent: how far it has been told by now. history: gives the rows
    of the file, oldest first, as `as_row` returns them. every: steps between rows; one that the end of a training cut
    short is told, but not gone by: it is no more there when the training goes on.
    """

    def __init__(self, told: Told, history: Callable[[], list[dict[str, Any]]], every: int = 1):
        self.told, self.sent, self.history, self.every = told, told, history, every
        self.waiting: deque[Request] = deque()
        self.first = 0
        self.held: list[Request] | None = None  # None: the course is known to be that of the tracker's run

    def begin(self, first: int) -> None:
        """Go on from a step, up to which the rows of the file stay."""
        self.first, self.held = first, []
        if self.told.row > first:
            return
        last = next((row for row in self.history() if row["step"] == self.told.row), None)
        if self.told.row == 0 or (last and _digest(last) == self.told.digest):
            self.held = None
            self._fill(self.told.row, first)
        else:
            self._take_another()

    def row(self, row: dict[str, Any]) -> None:
        """Tell a row, unless it has been told."""
        request, is_same = {"do": "rows", "rows": [row]}, _digest(row) == self.told.digest
        if self.held is None and row["step"] > self.told.row:
            self._add(request)
        elif row["step"] == self.told.row and is_same:
            held, self.held = self.held or [], None
            for picture in (one for one in held if one["do"] == "picture" and one["step"] > self.told.picture):
                self._add(picture)
        else:
            self.held = [*(self.held or []), request]
            if row["step"] >= self.told.row:
                self._take_another()

    def picture(self, step: int, name: str, path: str) -> None:
        """Tell a picture, unless it has been told. Several may be of one step."""
        request = {"do": "picture", "step": step, "name": name, "path": path}
        if self.held is not None:
            self.held.append(request)
        elif step >= self.told.picture:
            self._add(request)

    def close(self, state: str, **facts: Any) -> None:
        """Tell the end. Rows that still wait for the last one told are another course, unless the run will go on."""
        if self.held and state == "done":
            self._take_another()
        self.waiting.append({"do": "close", "state": state} | facts)

    def opened(self, run: str, step: int | None) -> None:
        """Take note of the run that was opened to continue the one of `sent`, and of the rows that it lacks or has.

        step: the last one it has; None where the tracker cannot tell.
        """
        is_same = run == self.sent.run
        has = (self.sent.row if step is None else step) if is_same else 0
        own = list(takewhile(lambda one: one["do"] != "open", self.waiting))  # what follows is of another run
        rows = [row["step"] for one in own for row in one.get("rows", ())]
        self._fill(has, rows[0] - 1 if rows else max(self.first, self.told.row), in_front=True)
        for one in [one for one in own if one["do"] == "rows"] if is_same else []:
            one["rows"] = [row for row in one["rows"] if row["step"] > has]
        self.begun(run, self.sent if is_same else Told(part=self.sent.part))

    def begun(self, run: str, told: Told) -> None:
        """Take note of the run that is told from now on."""
        self.sent = replace(told, run=run)
        if self.told.part == self.sent.part:
            self.told = replace(self.told, run=run)

    def acknowledge(self, request: Request) -> None:
        """Take note of a request that was answered."""
        self.sent = self._after(self.sent, request)

    def _after(self, told: Told, request: Request) -> Told:
        rows = [row for row in request.get("rows", ()) if row["step"] % self.every == 0]
        if rows:
            return replace(told, row=rows[-1]["step"], digest=_digest(rows[-1]))
        return replace(told, picture=request["step"]) if request["do"] == "picture" else told

    def _add(self, request: Request) -> None:
        self.waiting.append(request)
        self.told = self._after(self.told, request)

    def _take_another(self) -> None:
        """Let all that is held, and the rows before it, become a new run."""
        held, self.held = self.held or [], None
        self.told = Told(part=self.told.part + 1)
        self.waiting.append({"do": "open", "part": self.told.part})
        self._fill(0, self.first)
        for request in held:
            self._add(request)

    def _fill(self, after: int, up_to: int, in_front: bool = False) -> None:
        """Let rows of the file wait, those of steps after one and up to another."""
        rows = [row for row in self.history() if after < row["step"] <= up_to] if after < up_to else []
        found: list[Request] = [
            {"do": "rows", "rows": rows[at : at + MOST_ROWS]} for at in range(0, len(rows), MOST_ROWS)
        ]
        if in_front:
            self.waiting.extendleft(reversed(found))
            return
        for request in found:
            self._add(request)


def as_row(row: dict[str, Any], when: float) -> dict[str, Any]:
    """Return a row of the history as it is told. when: seconds since 1970."""
    return {"step": int(row["step"]), "values": {key: row[key] for key in row if key != "step"}, "when": when}


def _digest(row: dict[str, Any]) -> str:
    return digest(row["values"] | {"step": row["step"]})
