"""The pool, with processes that train nothing: how many at a time, with what, and that none is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import CONFIG, RunFolder
from ganae_cli.sweeps import pool as pools
from ganae_cli.sweeps import warm
from ganae_cli.sweeps.pool import Pool

HEAD = "import os, signal, sys, time\nfrom pathlib import Path\nhere = Path(sys.argv[1])\n"
SLEEPS = """
from ganae_cli.runtime import lifeline
from ganae_cli.storage.run_folder import RunFolder
def end(number, frame):
    RunFolder(here).write_status("interrupted", error=signal.Signals(number).name)
    sys.exit(128 + number)
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, end)
lifeline.follow()
(here / "began").touch()
time.sleep(60)
"""


@pytest.fixture
def jobs(tmp_path):
    """Four run folders that are prepared."""
    made = [tmp_path / "jobs" / str(number) for number in range(4)]
    for path in made:
        path.mkdir(parents=True)
        (path / CONFIG).write_text(OmegaConf.to_yaml({"model": {"name": "gan"}, "hardware": {"threads": None}}))
    return made


@pytest.fixture
def programs(monkeypatch):
    """Return a function that lets all jobs be this Python code, where `here` is the folder of the job."""
    monkeypatch.setattr(pools, "POLL_SECONDS", 0.01)

    def chosen(code):
        def command(path, plugins=(), overrides=()):
            return [sys.executable, "-c", HEAD + code, str(path), *plugins, *overrides]

        monkeypatch.setattr(pools, "command", command)

    return chosen


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_job_is_started_as_resume_of_its_folder_with_the_plugins():
    assert pools.command(Path("a b"), [])[1:] == ["-P", "-m", "ganae_cli", "resume", "a b"]
    assert pools.command(Path("x"), ["mine", "yours"], ["a=1"])[-2:] == ["plugins=[mine,yours]", "a=1"]


def test_so_many_at_a_time_and_each_ends_once(jobs, programs):
    programs("time.sleep(0.1 * int(here.name)); RunFolder = None\n(here / 'ran').touch()")
    waiting, ended = list(jobs), []
    with Pool(2) as pool:
        while waiting or pool.running:
            while waiting and not pool.is_full:
                pool.start(waiting.pop(0))
            assert len(pool.running) <= 2
            ended += pool.wait()
        assert pool.ended() == []
    assert sorted(ended) == jobs
    assert all((path / "ran").exists() for path in jobs)


def test_a_full_pool_takes_no_more(jobs, programs):
    programs("time.sleep(0.2)")
    with Pool(1) as pool:
        pool.start(jobs[0])
        with pytest.raises(RuntimeError, match="1 jobs train"):
            pool.start(jobs[1])
    assert RunFolder(jobs[1]).status() == {}


def test_jobs_at_once_have_their_part_of_threads_and_gpus(jobs, programs, monkeypatch):
    programs("(here / 'given').write_text(' '.join(sys.argv[2:]) + ' ' + os.environ['CUDA_VISIBLE_DEVICES'])")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,6")
    monkeypatch.setattr(pools.process, "processors", lambda: 6)
    own = OmegaConf.create({"model": {}, "hardware": {"threads": 5, "device": "cpu"}})
    (jobs[1] / CONFIG).write_text(OmegaConf.to_yaml(own))
    with Pool(3, ["mine"]) as pool:
        for path in jobs[:3]:
            pool.start(path, ["seed=1"], {"OTHER": "1"})
    given = [(path / "given").read_text() for path in jobs[:3]]
    assert given == ["mine hardware.threads=2 seed=1 4", "mine seed=1 4,6", "mine hardware.threads=2 seed=1 4"]


def test_a_job_alone_has_the_whole_machine(jobs, programs, monkeypatch):
    programs("(here / 'given').write_text(' '.join(sys.argv[2:]) + os.environ['CUDA_VISIBLE_DEVICES'])")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,6")
    with Pool(1) as pool:
        pool.start(jobs[0])
    assert (jobs[0] / "given").read_text() == "4,6"


def test_the_place_of_a_job_that_ended_is_free_for_the_next(jobs, programs, monkeypatch):
    programs("time.sleep(0 if here.name == '0' else 0.5)\n(here / 'given').write_text(os.environ['OWN'])")
    monkeypatch.setattr(pools.gpus, "variables", lambda place, at_once, hardware: {"OWN": str(place)})
    with Pool(2) as pool:
        pool.start(jobs[0])
        pool.start(jobs[1])
        assert pool.wait() == [jobs[0]]
        pool.start(jobs[2])
    assert [(path / "given").read_text() for path in jobs[:3]] == ["0", "1", "0"]


def test_one_job_is_told_to_stop_and_the_others_train_on(jobs, programs):
    programs(SLEEPS)
    with Pool(2) as pool:
        pool.start(jobs[0])
        pool.start(jobs[1])
        until(lambda: all((path / "began").exists() for path in jobs[:2]))
        pool.stop(jobs[0])
        assert pool.wait() == [jobs[0]]
        assert pool.running == (jobs[1],)
        assert RunFolder(jobs[0]).status()["error"] == "SIGTERM"
        pool.stop(jobs[1])


def test_a_job_in_use_is_refused_and_left_alone(jobs, programs):
    programs("(here / 'ran').touch()")
    folder = RunFolder(jobs[0])
    folder.write_status("running")
    with folder.claim(), Pool(1) as pool:
        with pytest.raises(UserError, match="in use by process"):
            pool.start(jobs[0])
        assert pool.running == ()
    assert (folder.status()["state"], (jobs[0] / "ran").exists()) == ("running", False)


@pytest.mark.parametrize("facts", [{"state": "done"}, {"state": "interrupted", "stopped_by": "stop_when"}])
def test_a_job_that_somebody_else_has_finished_is_not_trained_again(jobs, programs, facts):
    """Two processes have one list of jobs; the other one was faster, and its process may still hold the job."""
    programs("(here / 'ran').touch()")
    folder = RunFolder(jobs[0])
    folder.write_status(**facts)
    with folder.claim(), Pool(1) as pool:
        pool.start(jobs[0])
        pool.stop(jobs[0])
        assert pool.wait() == [jobs[0]]
        pool.start(jobs[1])
    assert (folder.status(), (jobs[0] / "ran").exists(), (jobs[1] / "ran").exists()) == (facts, False, True)


def test_time_to_wait_is_limited(jobs, programs):
    programs("time.sleep(0.5)")
    with Pool(1) as pool:
        pool.start(jobs[0])
        assert pool.wait(0.05) == []
        assert pool.running == (jobs[0],)


def signalled(jobs, number):
    """Train two jobs, send this process a signal, and try to start a third one."""
    with Pool(2) as pool:
        pool.start(jobs[0])
        pool.start(jobs[1])
        until(lambda: all((path / "began").exists() for path in jobs[:2]))
        threading.Timer(0.05, os.kill, (os.getpid(), number)).start()
        while pool.running and not pool.is_stopping:
            pool.wait()
        with pytest.raises(SystemExit):
            pool.start(jobs[2])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_each_job_once_and_ends_the_pool(jobs, programs, number):
    """The jobs have sessions of their own and get no Ctrl-C from the terminal: the pool passes it on."""
    programs(SLEEPS)
    handler = signal.getsignal(number)
    with pytest.raises(SystemExit) as end:
        signalled(jobs, number)
    assert end.value.code == 128 + number
    assert [RunFolder(path).status() for path in jobs[:2]] == [{"state": "interrupted", "error": number.name}] * 2
    assert signal.getsignal(number) is handler


def failing(jobs):
    with Pool(1) as pool:
        pool.start(jobs[0])
        until((jobs[0] / "began").exists)
        raise ValueError("mine")


def test_an_error_ends_the_jobs_first(jobs, programs):
    programs(SLEEPS)
    with pytest.raises(ValueError, match="mine"):
        failing(jobs)
    assert RunFolder(jobs[0]).status() == {"state": "interrupted", "error": "SIGTERM"}


PARENT = """
import sys
from pathlib import Path
from ganae_cli.sweeps import pool
code = sys.argv[1]
pool.command = lambda path, *_: [sys.executable, "-c", code, str(path)]
with pool.Pool(2) as made:
    for path in sys.argv[2:]:
        made.start(Path(path))
"""


def test_a_sigkill_of_the_parent_ends_every_job(jobs):
    words = [sys.executable, "-c", PARENT, HEAD + SLEEPS, *map(str, jobs[:2])]
    parent = subprocess.Popen(words)
    until(lambda: all((path / "began").exists() for path in jobs[:2]))
    parent.kill()
    parent.wait()
    until(lambda: all(RunFolder(path).status().get("state") == "interrupted" for path in jobs[:2]))


def test_a_job_is_started_afresh_where_it_cannot_be_forked(jobs, programs, monkeypatch, capsys):
    programs("(here / 'ran').touch()")
    told = "import json; print(json.dumps({'strange_threads': 3}))"
    monkeypatch.setattr(warm, "_command", lambda: [sys.executable, "-c", told])
    with Pool(1, forks=True) as pool:
        pool.start(jobs[0])
        pool.wait()
        pool.start(jobs[1])
    assert all((path / "ran").exists() for path in jobs[:2])
    said = capsys.readouterr().err
    assert said.count("ganae: warning: ") == 1
    assert "'strange_threads': 3}: jobs are started afresh (sweep.forks)" in said
