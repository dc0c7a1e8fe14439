"""The thread of the training process that tells a tracker: it alone waits for the tracker, the training never does."""

import contextlib
import math
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from ganae_cli.storage.tracker_file import Told
from ganae_cli.trackers.course import Course, Request
from ganae_cli.trackers.link import Broken, Link

AGAIN_SECONDS, MOST_SECONDS = 30.0, 600.0  # after a failure, until it is tried again: twice as long each time
POLL, LEAST = 0.1, 1.0  # seconds between two looks at the end; that the tracker's process has to end
SOON = 2.0  # seconds after which the user is told what is waited for
MOST_WAITING = 20_000  # requests that wait for a tracker that fails; beyond that the oldest are given up


class Sender(threading.Thread):
    """Takes what is to be told (`put`), and tells it as long as the tracker takes it.

    opening: what an `open` request says besides {"do", "about": {"run", "continues", "part"}}. seconds: that each
    answer may take. say: told once what fails, and when it goes on. note: told how far the tracker has been told.
    """

    def __init__(
        self,
        course: Course,
        opening: Callable[[str | None, str | None, int], Request],
        seconds: float,
        say: Callable[[str], object],
        note: Callable[[Told], object],
    ):
        super().__init__(name="tracker", daemon=True)
        self.course, self.opening, self.seconds, self.say, self.note = course, opening, seconds, say, note
        self.inbox: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self.link: Link | None = None
        self.is_failing, self.is_closing, self.is_over = False, False, False
        self.announced = ""
        self.again_at, self.pause = 0.0, AGAIN_SECONDS
        self.deadline = math.inf  # of the end; a signal brings it nearer

    def put(self, act: Callable[[], object]) -> None:
        """Let a method of the course be called in this thread."""
        self.inbox.put(act)

    def finish(self, seconds: float) -> None:
        """Tell all that waits, and end; kill the tracker's process if that takes longer, or once there is a `hurry`."""
        self.is_closing = True
        self.inbox.put(None)
        began = time.monotonic()
        self.deadline = min(self.deadline, began + seconds)
        try:
            self._wait(began + SOON)
            if self.is_alive() and self._left() > 0:
                self.say(f"is told what is left, for up to {seconds:g} s …")
                self._wait(self.deadline)
        finally:
            self.is_over = True  # nothing more is begun
            if self.is_alive() and self.link:
                took = time.monotonic() - began
                self.link.kill(f"no answer within {round(took, 1):g} s")
                self.join(5)  # the thread, which waits for an answer, ends with it
        if self.link and not self.is_alive():
            self.link.end(lambda: max(self._left(), began + LEAST - time.monotonic()))

    def hurry(self, seconds: float) -> None:
        """Let the end, now or later, take no more than some seconds from now on. For handlers of signals, too."""
        self.deadline = min(self.deadline, time.monotonic() + seconds)

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _wait(self, until: float) -> None:
        """Wait for the thread, in pieces: a signal may bring the deadline nearer."""
        while self.is_alive() and time.monotonic() < min(until, self.deadline):
            self.join(min(POLL, max(0.0, self._left())))

    def run(self) -> None:
        """Work until `finish`."""
        while True:
            act = None
            with contextlib.suppress(queue.Empty):
                act = self.inbox.get(timeout=self.pause if self.is_failing else None)
                if act is None:
                    break
            self._tell(act, is_time=time.monotonic() >= self.again_at)
            while len(self.course.waiting) > MOST_WAITING:
                self.course.waiting.popleft()
        self._tell()

    def _tell(self, act: Callable[[], object] | None = None, is_time: bool = True) -> None:
        """Take note of something to be told; send what waits, unless a failure is too recent."""
        try:
            if act:
                act()
            while self.course.waiting and is_time and not self.is_over:
                self._send(self.course.waiting[0])
            if self.is_failing and not self.course.waiting:
                self.is_failing, self.pause = False, AGAIN_SECONDS
                self.say("it works again, and has been told what it had missed")
        except Broken as broken:
            self._fail(str(broken))
        except Exception as error:  # of the training process itself, such as a full disk: no reason to end it
            self._fail(f"{type(error).__name__}: {error}")

    def _send(self, request: Request) -> None:
        course = self.course
        if request["do"] == "open":
            answer = self._ask(self.opening(None, course.sent.run, request["part"]))
            course.begun(answer["run"], Told(part=request["part"]))
        elif self.link is None:
            answer = self._ask(self.opening(course.sent.run, None, course.sent.part))
            course.opened(answer["run"], answer["step"])
            self.note(course.sent)
            return
        else:
            self._ask(request)
            course.acknowledge(request)
        course.waiting.popleft()
        self.note(course.sent)

    def _ask(self, request: Request) -> dict[str, Any]:
        self.link = self.link or Link()
        if self.is_over:
            raise Broken("the time is over")
        answer = self.link.ask(request, self.seconds)
        if request["do"] == "open" and answer["run"] != self.announced:
            self.announced = answer["run"]
            self.say(f"run {answer['run']} in {answer['place']}")
        return answer

    def _fail(self, reason: str) -> None:
        link, self.link = self.link, None
        if link:
            link.end()
        if self.is_failing:
            self.pause = min(2 * self.pause, MOST_SECONDS)
        elif self.is_closing:
            self.say(f"warning: {reason}; it misses the end of the run, which is in the run's folder")
        else:
            self.say(f"warning: {reason}; training goes on, and what it misses is told later, if it works again")
        self.again_at, self.is_failing = time.monotonic() + self.pause, True
