"""The thread that tells a tracker: training never waits, and hears one line of a tracker that fails."""

import threading
import time

import pytest

from ganae_cli.storage.tracker_file import Told
from ganae_cli.trackers import sender as senders
from ganae_cli.trackers.course import Course, as_row
from ganae_cli.trackers.sender import Sender
from tests.trackers.recorder import steps, told
from tests.trackers.test_child import opening


class Training:
    """A training that tells a recorder: what it is told in turn, and how long it was kept."""

    def __init__(self, out, seconds=60.0, rows=()):
        self.said, self.notes, self.longest = [], [], 0.0
        self.course = Course(Told(), lambda: list(rows), 100)
        self.sender = Sender(self.course, lambda run, continues, part: opening(out, run=run, continues=continues),
                             seconds, self.said.append, self.notes.append)  # fmt: skip
        self.sender.start()
        self.put(lambda: self.course.begin(0))

    def put(self, act):
        began = time.monotonic()
        self.sender.put(act)
        self.longest = max(self.longest, time.monotonic() - began)

    def row(self, step):
        told = as_row({"step": step, "g.loss": 0.5}, float(step))
        self.put(lambda: self.course.row(told))

    def end(self, seconds):
        self.put(lambda: self.course.close("done"))
        began = time.monotonic()
        self.sender.finish(seconds)
        return time.monotonic() - began


def warnings(training):
    return [line for line in training.said if line.startswith("warning: ")]


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_everything_is_told_before_the_end(recorder):
    training = Training(recorder)
    for step in range(100, 2100, 100):
        training.row(step)
    training.end(60)
    assert steps(told(recorder)["r0"]) == list(range(100, 2100, 100))
    assert told(recorder)["r0"][-1][:2] == ["close", "done"]
    assert training.said[0] == "run r0 in out told.jsonl"
    assert warnings(training) == []
    assert (training.notes[-1].run, training.notes[-1].row) == ("r0", 2000)


def test_a_tracker_that_hangs_keeps_nobody_longer_than_its_limit(recorder):
    recorder.with_suffix(".fault").write_text("hang")
    training = Training(recorder, seconds=60)
    for step in range(100, 3100, 100):
        training.row(step)
    took = training.end(2)
    assert took < 8
    assert training.longest < 0.5
    assert [line.partition(";")[0] for line in warnings(training)] == ["warning: no answer within 2 s"]
    assert not training.sender.is_alive()


def test_a_tracker_that_fails_and_works_again(recorder, monkeypatch):
    """One warning; then all that it has missed, in order, in the same run."""
    monkeypatch.setattr(senders, "AGAIN_SECONDS", 0.2)
    fault = recorder.with_suffix(".fault")
    fault.write_text("raise")
    training = Training(recorder)
    training.sender.pause = 0.2
    training.row(100)
    wait_for(lambda: warnings(training))
    training.row(200)
    time.sleep(0.5)
    fault.unlink()
    wait_for(lambda: "it works again, and has been told what it had missed" in training.said)
    training.row(300)
    training.end(60)
    assert steps(told(recorder)["r0"]) == [100, 200, 300]
    assert len(warnings(training)) == 1
    assert "https://tracks.org/x is full; training goes on" in warnings(training)[0]


@pytest.mark.parametrize("fault", ["raise", "exit"])
def test_a_tracker_that_never_works_is_one_warning(recorder, fault):
    recorder.with_suffix(".fault").write_text(fault)
    training = Training(recorder)
    for step in range(100, 1100, 100):
        training.row(step)
    assert training.end(60) < 60
    assert len(warnings(training)) == 1


def test_an_error_of_ours_ends_no_thread(recorder):
    training = Training(recorder)
    training.put(lambda: 1 // 0)
    wait_for(lambda: warnings(training))
    assert training.sender in threading.enumerate()
    assert "ZeroDivisionError" in warnings(training)[0]
    training.end(30)


def test_a_signal_makes_the_end_short(recorder):
    recorder.with_suffix(".fault").write_text("hang")
    training = Training(recorder, seconds=60)
    training.row(100)
    threading.Timer(0.5, training.sender.hurry, [0.3]).start()
    assert training.end(60) < 10
    assert not training.sender.is_alive()
