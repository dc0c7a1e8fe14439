"""A tracker's process and the time that it may take, with real processes."""

import os
import signal
import time

import pytest

from ganae_cli.trackers.link import Broken, Link
from tests.trackers.recorder import told
from tests.trackers.test_child import opening, rows


@pytest.fixture
def link(recorder):
    made = Link()
    yield made
    made.end()


def test_requests_are_answered(link, recorder):
    assert link.ask(opening(recorder), 60)["run"] == "r0"
    assert link.ask(rows(100), 60) == {}
    link.end(lambda: 30)
    assert link.process.returncode == 0
    assert told(recorder)["r0"][-1][0] == "close"


def test_what_the_tracker_says_is_the_reason(link, recorder):
    recorder.with_suffix(".fault").write_text("raise")
    link.ask(opening(recorder), 60)
    with pytest.raises(Broken, match=r"^RuntimeError: the disk of https://tracks\.org/x is full$"):
        link.ask(rows(100), 60)


def test_a_tracker_that_hangs_is_waited_for_as_long_as_was_said(link, recorder):
    recorder.with_suffix(".fault").write_text("hang")
    link.ask(opening(recorder), 60)
    began = time.monotonic()
    with pytest.raises(Broken, match=r"^no answer within 0.5 s$"):
        link.ask(rows(100), 0.5)
    link.end()
    assert time.monotonic() - began < 5
    assert link.process.returncode == -signal.SIGKILL


def test_a_process_that_ends_says_how(link, recorder):
    recorder.with_suffix(".fault").write_text("exit")
    link.ask(opening(recorder), 60)
    with pytest.raises(Broken, match=r"^its process ended \(3\)$"):
        link.ask(rows(100), 60)


def test_a_process_that_is_killed_says_how(link, recorder):
    link.ask(opening(recorder), 60)
    os.kill(link.process.pid, signal.SIGKILL)
    with pytest.raises(Broken, match=r"^its process was ended by SIGKILL$"):
        link.ask(rows(100), 60)


def test_a_request_that_does_not_fit_into_a_pipe_is_no_trap(link, recorder):
    """A process that reads nothing, and a request of a megabyte."""
    link.ask(opening(recorder), 60)
    os.kill(link.process.pid, signal.SIGSTOP)
    with pytest.raises(Broken, match="no answer within"):
        link.ask(rows(*range(20_000)), 0.5)


def test_a_signal_that_stops_the_training_does_not_stop_its_tracker(link, recorder):
    """Ctrl-C and a scheduler reach all processes of a job: what the training has to say last must still be told."""
    link.ask(opening(recorder), 60)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(link.process.pid, number)
    assert link.ask(rows(100), 60) == {}
