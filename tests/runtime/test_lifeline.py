"""A child stops when its parent is gone, however the parent ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from ganae_cli.runtime import lifeline

CHILD = """
import signal, sys, time
from ganae_cli.runtime import lifeline
def on_signal(number, frame):
    open(sys.argv[1], "w").write(f"told to stop by {number}")
    sys.exit()
signal.signal(signal.SIGTERM, on_signal)
lifeline.follow()
open(sys.argv[1], "w").write("begun")
time.sleep(60)
"""
REPLACED = """
import os, sys
from ganae_cli.runtime import lifeline
lifeline.follow()
os.execve(sys.executable, [sys.executable, *sys.argv[1:]], os.environ | lifeline.handed_on())
"""
PARENT = """
import subprocess, sys
from ganae_cli.runtime import lifeline
with lifeline.tied() as tied:
    subprocess.run([sys.executable, *sys.argv[1:]], **tied)
"""


@pytest.fixture
def child(tmp_path):
    """Return the command of a child, and a function that waits until it has written a text."""
    said = tmp_path / "said"

    def wait_for(text: str) -> None:
        deadline = time.monotonic() + 30
        while not (said.exists() and said.read_text() == text):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    (tmp_path / "child.py").write_text(CHILD)
    return [str(tmp_path / "child.py"), str(said)], wait_for


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_stops_with_its_parent(child, number):
    command, wait_for = child
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *command])
    wait_for("begun")
    parent.send_signal(number)
    wait_for(f"told to stop by {int(signal.SIGTERM)}")
    parent.wait()


def test_a_program_that_takes_the_childs_place_stops_too(child):
    command, wait_for = child
    parent = subprocess.Popen([sys.executable, "-c", PARENT, "-c", REPLACED, *command])
    wait_for("begun")
    parent.kill()
    wait_for(f"told to stop by {int(signal.SIGTERM)}")
    parent.wait()


def test_a_child_does_not_outlive_the_block(child):
    command, wait_for = child
    with lifeline.tied() as tied:
        started = subprocess.Popen([sys.executable, *command], **tied)
        wait_for("begun")
        assert started.poll() is None
    wait_for(f"told to stop by {int(signal.SIGTERM)}")
    assert started.wait(30) == 0


@pytest.mark.parametrize("named", ["", "none", "987654"])
def test_without_a_parent_nothing_happens(monkeypatch, named):
    monkeypatch.setenv(lifeline.VARIABLE, named)
    lifeline.follow()
    assert lifeline.VARIABLE not in os.environ
