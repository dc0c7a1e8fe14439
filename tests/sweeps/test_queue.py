"""The queue of a sweep's jobs, with processes that train nothing."""

import sys
import threading

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import pool as pools
from ganae_cli.sweeps.queue import JobQueue

CODE = """
import signal, sys, time
from pathlib import Path
from ganae_cli.storage.run_folder import RunFolder
here = Path(sys.argv[1])
def end(number, frame):
    RunFolder(here).write_status("interrupted", error="SIGTERM")
    sys.exit(143)
signal.signal(signal.SIGTERM, end)
(here / "began").touch()
other = here.parent / "1" / "began"
if here.name == "0":
    while not other.exists():
        time.sleep(0.01)
    sys.exit(3)
time.sleep(WAIT)
RunFolder(here).write_status("done")
"""


@pytest.fixture
def programs(sweep, monkeypatch):
    """Return a function that lets job 0 fail once job 1 has begun, and every other job take so many seconds."""
    monkeypatch.setattr(pools, "POLL_SECONDS", 0.01)

    def chosen(seconds):
        code = CODE.replace("WAIT", str(seconds))
        monkeypatch.setattr(pools, "command", lambda path, *_: [sys.executable, "-c", code, str(path)])

    RunFolder(sweep / "0").write_status("pending")
    for number in (2, 3):
        path = sweep / str(number)
        path.mkdir()
        (path / "config.yaml").write_text((sweep / "0" / "config.yaml").read_text())
    return chosen


def states(sweep):
    return [RunFolder(sweep / str(number)).status().get("state", "none") for number in range(4)]


def test_a_job_that_fails_does_not_end_the_others(sweep, programs):
    programs(0.1)
    with JobQueue(2) as queue:
        queue.run([sweep / str(number) for number in range(4)])
    assert states(sweep) == ["failed", "done", "done", "done"]
    assert not queue.is_over


def test_a_job_that_fails_can_end_the_sweep(sweep, programs, capsys):
    """Those that train save their state, and no other is begun."""
    programs(60)
    with JobQueue(2, stops_on_error=True) as queue:
        queue.run([sweep / str(number) for number in range(4)])
    assert states(sweep) == ["failed", "interrupted", "none", "none"]
    assert capsys.readouterr().err == "job 0 (1 of 2) has failed, so the sweep stops (sweep.on_error=stop)\n"


def test_a_job_that_another_process_trains_is_left_alone(sweep, programs, capsys, quiet):
    """Which is said with --quiet, too."""
    programs(0.1)
    with RunFolder(sweep / "2").claim(), JobQueue() as queue:
        assert not queue.start(sweep / "2")
        assert queue.start(sweep / "3")
        assert queue.wait() == [sweep / "3"]
    assert "is in use by process" in capsys.readouterr().err
    assert states(sweep)[2:] == ["none", "done"]


def test_a_job_whose_holder_ends_is_trained_after_all(sweep, programs, capsys):
    """The jobs of a sweep that was killed save their state first: `ganae resume` at once finds them in use."""
    programs(0)
    claim = RunFolder(sweep / "2").claim()
    threading.Timer(0.8, claim.release).start()
    with JobQueue() as queue:
        queue.run([sweep / "2", sweep / "3"])
    assert states(sweep)[2:] == ["done", "done"]
    assert capsys.readouterr().err == ""
