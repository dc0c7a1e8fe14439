"""The watch over all workers: a line from each to each other one, which breaks when a process dies.

TensorFlow notices a dead worker after some seconds, as an error of any kind in any operation, or not at all. The system
closes the lines of a process at once, however it ends, and finds within `SILENCE` that a machine is gone.
"""

import contextlib
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ganae_cli.runtime.workers.cluster import Cluster

DONE, FAILED, STOPPED, LOST = "done", "failed", "stopped", "lost"  # what a worker says when it leaves
WHY = {
    FAILED: "ended with an error, which it has shown",
    STOPPED: "was told to stop at once",
    "": "was lost: its process was killed, or its machine is gone",  # it said nothing
}
GRACE = 10.0  # seconds from the loss of a worker in which one that waits for it must come back from TensorFlow
SILENCE = 30  # seconds after which a machine that does not answer is gone
CHECKS = 4  # in that time, after a first half of it
POLL = 0.5
is_broken = False  # this process was a worker among several, and not all of them have ended in good order


@dataclass(frozen=True)
class Lost:
    """A worker that left before the training was over. name: as it is named to the user. why: what is known."""

    rank: int
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.name} {self.why}"


class WorkerLost(Exception):
    """Another worker is gone, so that this one cannot go on."""

    def __init__(self, lost: Lost):
        super().__init__(str(lost))
        self.lost = lost


class Watch:
    """Tells when another worker is gone, and ends this process if it waits for that worker in TensorFlow.

    reached: the lines to the others, by rank, on which each says how it leaves. heard: the lines from them, on which
    this one says it. give_up: is called before this process is ended, with the worker that was lost.
    """

    def __init__(self, those: Cluster, reached: dict[int, socket.socket], heard: dict[int, socket.socket]):
        self.those, self.reached, self.heard = those, reached, heard
        self.word = DONE  # with which this one leaves
        self.give_up: Callable[[Lost], object] = lambda lost: None
        self._said: dict[int, bytes] = dict.fromkeys(reached, b"")
        self._lost: Lost | None = None
        self._is_lost, self._is_over = threading.Event(), threading.Event()
        self._waits_since: float | None = time.monotonic()
        for line in (*reached.values(), *heard.values()):
            _ask_whether_it_lives(line)
        self._thread = threading.Thread(target=self._look, name="watch", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> Lost | None:
        """The worker that was lost first; None while all are there."""
        return self._lost

    def wait(self, seconds: float) -> Lost | None:
        """Return the worker that was lost, if that becomes known within some seconds."""
        self._is_lost.wait(seconds)
        return self._lost

    @contextlib.contextmanager
    def waiting(self, waits: bool = True) -> Iterator[None]:
        """State for the time of a block whether this process waits for the others, and they for it."""
        before = self._waits_since
        self.waits(waits)
        try:
            yield
        finally:
            self._waits_since = before if before is None else time.monotonic()

    def waits(self, waits: bool) -> None:
        """State from now on whether this process waits for the others, as in a step, or has work of its own."""
        self._waits_since = time.monotonic() if waits else None

    def leave(self, word: str) -> None:
        """Tell the others how this one leaves: DONE, or why it does not go on. Nothing is watched from then on."""
        global is_broken
        if self._is_over.is_set():
            return
        is_broken = is_broken or self._lost is not None or word != DONE
        self._is_over.set()
        self._tell(f"{LOST} {self._lost.rank}" if self._lost else word)
        self._thread.join(2 * POLL)
        for line in (*self.reached.values(), *self.heard.values()):
            line.close()

    def _tell(self, word: str) -> None:
        for line in self.heard.values():
            with contextlib.suppress(OSError):
                line.setblocking(False)
                line.send(f"{word}\n".encode())

    def _look(self) -> None:
        with selectors.DefaultSelector() as lines:
            for rank, line in self.reached.items():
                line.setblocking(False)
                lines.register(line, selectors.EVENT_READ, rank)
            while not self._is_over.is_set():
                for key, _ in lines.select(POLL) if lines.get_map() else _after(POLL):
                    if not self._hear(key.data):
                        lines.unregister(key.fileobj)
                self._end_if_stuck()

    def _hear(self, rank: int) -> bool:
        """Take what a worker says. Return False if its line has ended."""
        try:
            text = self.reached[rank].recv(64)
        except BlockingIOError:
            return True
        except OSError:
            text = b""
        if text:
            self._said[rank] = (self._said[rank] + text)[:64]
            return True
        word, _, of = self._said[rank].decode(errors="replace").strip().partition(" ")
        if word != DONE and not self._is_over.is_set():
            self._note(rank, word, of)
        return False

    def _note(self, rank: int, word: str, of: str) -> None:
        if self._lost:
            return
        known = int(of) if of.isdecimal() and int(of) < len(self.those.addresses) else self.those.rank
        if word == LOST and known != self.those.rank:
            rank = known
        self._lost = Lost(rank, self.those.name(rank), WHY.get(word, WHY[""]))
        self._lost_at = time.monotonic()
        self._is_lost.set()

    def _end_if_stuck(self) -> None:
        """End this process if it has waited too long for a worker that is gone: TensorFlow does not return."""
        since = self._waits_since
        if self._lost is None or since is None or time.monotonic() < max(since, self._lost_at) + GRACE:
            return
        if self._is_over.is_set():
            return
        try:
            self.give_up(self._lost)
            self._tell(f"{LOST} {self._lost.rank}")
        finally:
            os._exit(1)


def _after(seconds: float) -> list:
    time.sleep(seconds)
    return []


def _ask_whether_it_lives(line: socket.socket) -> None:
    """Let the system ask the machine at the other end of a silent line whether it is there."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    idle = getattr(socket, "TCP_KEEPIDLE", getattr(socket, "TCP_KEEPALIVE", None))  # Linux, macOS
    for option, value in (
        (idle, SILENCE // 2),
        (getattr(socket, "TCP_KEEPINTVL", None), SILENCE // 2 // CHECKS),
        (getattr(socket, "TCP_KEEPCNT", None), CHECKS),
    ):
        if option is not None:
            with contextlib.suppress(OSError):
                line.setsockopt(socket.IPPROTO_TCP, option, value)
