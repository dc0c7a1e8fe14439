"""Jobs that are forked, by a process that has imported nothing: what is started, told, and said of its end."""

import os
import signal
import sys
import time

import pytest

from ganae_cli import __version__
from ganae_cli.sweeps import warm
from ganae_cli.sweeps.warm import Warm

COLD = """
import sys, threading, time
from ganae_cli import cli, warm
warm._import_all = lambda: None
real = cli.main
cli.main = lambda: (print("begun", flush=True), time.sleep(60)) if "sleep" in sys.argv else real()
EXTRA
sys.exit(warm.main())
"""


@pytest.fixture
def cold(monkeypatch):
    """Return a function that makes the process that forks. extra: code that it runs first."""
    made = []

    def start(extra=""):
        code = COLD.replace("EXTRA", extra)
        monkeypatch.setattr(warm, "_command", lambda: [sys.executable, "-c", code])
        made.append(Warm({}))
        return made[-1]

    yield start
    for one in made:
        one.close()


def ended(fork):
    deadline = time.monotonic() + 60
    while (code := fork.poll()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return code


def begun(output):
    deadline = time.monotonic() + 60
    while not (output.exists() and "begun" in output.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_fork_is_a_command_of_its_own(cold, tmp_path):
    process = cold()
    forks = [process.start([word], os.environ, tmp_path / word) for word in ("--version", "--wrong")]
    assert [ended(fork) for fork in forks] == [0, 2]
    assert (tmp_path / "--version").read_text() == f"ganae {__version__}\n"
    assert (tmp_path / "--wrong").read_text().startswith("ganae: error: ganae has no flag '--wrong'")
    assert len({fork.pid for fork in forks}) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_reaches_one_fork(cold, tmp_path, number):
    process = cold()
    first, second = (process.start(["sleep"], os.environ, tmp_path / name) for name in "ab")
    begun(tmp_path / "a")
    begun(tmp_path / "b")
    first.send_signal(number)
    assert ended(first) == -number
    assert second.poll() is None
    second.send_signal(signal.SIGKILL)
    assert ended(second) == -signal.SIGKILL
    second.send_signal(signal.SIGKILL)  # nobody is hit


def test_each_fork_has_a_session_and_variables_of_its_own(cold, tmp_path):
    fork = cold().start(["sleep"], os.environ | {"GANAE_TEST_VARIABLE": "on"}, tmp_path / "a")
    begun(tmp_path / "a")
    assert os.getsid(fork.pid) == fork.pid
    fork.send_signal(signal.SIGKILL)
    ended(fork)


def test_a_fork_whose_starter_was_killed_is_still_told_and_its_end_is_seen(cold, tmp_path):
    process = cold()
    fork = process.start(["sleep"], os.environ, tmp_path / "a")
    begun(tmp_path / "a")
    process._process.kill()
    process._process.wait()
    assert fork.poll() is None
    fork.send_signal(signal.SIGTERM)
    assert ended(fork) == 1
    with pytest.raises(OSError, match=r"."):
        process.start(["--version"], os.environ, tmp_path / "b")


def test_nothing_is_forked_beside_threads_of_others(cold, tmp_path):
    process = cold("threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
    with pytest.raises(OSError, match="has other threads than OpenBLAS's own"):
        process.start(["--version"], os.environ, tmp_path / "a")
