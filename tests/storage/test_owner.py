"""Who holds a folder: what is written, and what others make of it."""

import json
import os
import platform
import subprocess
import sys

import pytest

from ganae_cli.storage import owner


@pytest.fixture
def lock(tmp_path):
    with (tmp_path / ".lock").open("w+b") as file:
        yield file.fileno()


def ended() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_holder_says_who_it_is(lock, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/ganae", "train", "hydra.run.dir=my runs/a"])
    os.write(lock, b"x" * 5000)  # of the holder before
    owner.sign(lock)
    found = owner.read(lock)
    assert (found["pid"], found["host"]) == (os.getpid(), platform.node())
    assert found["command"] == "ganae train 'hydra.run.dir=my runs/a'"
    assert owner.in_words(found) == (
        f"process {os.getpid()} on {platform.node()}, since {found['started']}: ganae train 'hydra.run.dir=my runs/a'"
    )
    assert not owner.is_gone(found)


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b'{"pid": "7"}', b'{"pid": null}'])
def test_what_nobody_has_written_names_nobody(lock, text, monkeypatch):
    monkeypatch.setattr(owner, "_PATIENCE", 0.05)
    os.write(lock, text)
    assert owner.in_words(owner.read(lock)) == "another process"
    assert owner.is_gone(owner.read(lock))


@pytest.mark.parametrize(
    ("pid", "host", "is_gone"),
    [("own", "here", False), ("ended", "here", True), ("ended", "other", False), (2**70, "here", True)],
)
def test_a_process_that_has_ended_is_recognised_on_its_machine(lock, pid, host, is_gone):
    pid = {"own": os.getpid(), "ended": ended()}.get(pid, pid)
    os.write(lock, json.dumps({"pid": pid, "host": platform.node() if host == "here" else host}).encode())
    assert owner.is_gone(owner.read(lock)) == is_gone


@pytest.mark.parametrize("pid", [0, -1, 2**70, None, "7", 1.5, True])
def test_what_is_no_number_of_a_process_is_not_alive(pid):
    """Numbers from 0 down stand for groups of processes."""
    assert not owner.is_alive(pid)


def test_this_process_is_alive():
    assert owner.is_alive(os.getpid())
