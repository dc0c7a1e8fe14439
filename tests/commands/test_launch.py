"""`ganae launch`: several workers on this machine train one run, and what happens when one of them dies."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganae_cli import cli
from ganae_cli.commands import launch
from ganae_cli.runtime.workers import local
from ganae_cli.runtime.workers.watch import GRACE
from ganae_cli.storage.run_folder import RunFolder
from tests.runtime.test_devices import assert_close, weights

GANAE = [sys.executable, "-m", "ganae_cli"]
SMALL = [
    *("model=gan", "dataset=ring", "dataset.count=500", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"),
    *("networks.generator.width=16", "networks.discriminator.width=16", "train.batch_size=24"),
]
TWELVE = ["train.steps=12", "train.log_every=4", "train.checkpoint_every=4", "train.keep=3"]
ENDLESS = ["train.steps=90000000", "train.log_every=10", "train.checkpoint_every=40", "train.sample_every=90000000"]
STATED = 15  # seconds in which the others stop


_STARTED: list[subprocess.Popen] = []


@pytest.fixture(autouse=True)
def nothing_left():
    """A test that fails leaves no training behind; the workers end with their launch."""
    yield
    while _STARTED:
        _STARTED.pop().kill()


def start(*words: str) -> subprocess.Popen:
    pipe = subprocess.PIPE
    _STARTED.append(subprocess.Popen([*GANAE, *words], stdout=pipe, stderr=pipe, text=True))
    return _STARTED[-1]


def run(*words: str) -> tuple[str, str]:
    job = start(*words)
    out, error = job.communicate(timeout=300)
    assert job.returncode == 0, error
    return out, error


def children_of(pid: int) -> dict[int, int]:
    """Return the process of each worker that a launch has started, by its rank."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            is_child = int((path / "stat").read_text().rpartition(")")[2].split()[1]) == pid
            told = dict(pair.partition("=")[::2] for pair in (path / "environ").read_text().split("\0"))
        except (OSError, ValueError):
            continue
        if is_child and "TF_CONFIG" in told:
            found[json.loads(told["TF_CONFIG"])["task"]["index"]] = int(path.name)
    return found


def wait_for(condition, seconds: float = 200) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_workers_train_one_run(tmp_path):
    folder = tmp_path / "run"
    out, error = run("launch", "--workers", "2", "--", "train", *SMALL, *TWELVE, f"hydra.run.dir={folder}")
    assert out == f"{folder}\n"
    assert error.count("step 12/12") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    facts = RunFolder(folder).sessions()[0]
    assert (RunFolder(folder).status()["state"], facts["replicas"], facts["threads"]) == ("done", 2, 1)
    saved = RunFolder(folder).read_config().hardware
    assert (saved.strategy, saved.workers, saved.worker) == ("auto", None, None)


@pytest.mark.slow
def test_three_workers_equal_one_process_and_two_or_one_go_on_with_their_run(tmp_path):
    """To the tolerance of `assert_close`: 2e-5 of weights after 12 steps at equal global batch."""
    one, three = tmp_path / "one", tmp_path / "three"
    run("train", *SMALL, *TWELVE, f"hydra.run.dir={one}")
    run("launch", "--workers", "3", "--", "train", *SMALL, *TWELVE, f"hydra.run.dir={three}")
    assert_close(one, three)
    run("resume", str(one), "train.steps=20")
    run("launch", "--workers", "2", "--", "resume", str(three), "train.steps=16")
    run("resume", str(three), "train.steps=20")
    assert [facts["replicas"] for facts in RunFolder(three).sessions()] == [3, 2, 1]
    assert_close(one, three)
    assert weights(one)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
@pytest.mark.parametrize("victim", [0, 1, 2])
def test_when_a_worker_is_killed_the_others_stop_and_the_run_goes_on(tmp_path, victim):
    folder = RunFolder(tmp_path / "run")
    job = start("launch", "--workers", "3", "--", "train", *SMALL, *ENDLESS, f"hydra.run.dir={folder.path}")
    wait_for(lambda: folder.status().get("step", 0) > 50)
    workers = children_of(job.pid)
    assert sorted(workers) == [0, 1, 2]
    os.kill(workers[victim], signal.SIGKILL)
    began = time.monotonic()
    _, error = job.communicate(timeout=60)
    assert time.monotonic() - began < STATED
    assert job.returncode == 128 + signal.SIGKILL
    assert "E0000" not in error, "TensorFlow's own lines"
    said = " ".join(error.split())
    assert f"worker {victim}: killed by SIGKILL" in said
    assert f"ganae: error: worker {victim} (" in said
    assert f"go on, with as many workers as there are: `ganae resume {folder.path}`" in said
    assert folder.state() == "interrupted"
    newest = folder.checkpoints.newest().step
    assert newest >= 40
    run("launch", "--workers", "2", "--", "resume", str(folder.path), f"train.steps={newest + 2}")
    run("resume", str(folder.path), f"train.steps={newest + 4}")
    assert (folder.status()["state"], folder.checkpoints.newest().step) == ("done", newest + 4)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGUSR1, 138)])
def test_a_signal_stops_all_workers_at_one_step_with_one_code(tmp_path, number, code):
    folder = RunFolder(tmp_path / "run")
    job = start("launch", "--workers", "2", "--", "train", *SMALL, *ENDLESS, f"hydra.run.dir={folder.path}")
    wait_for(lambda: folder.status().get("step", 0) > 20)
    job.send_signal(number)
    out, error = job.communicate(timeout=100)
    assert (job.returncode, out) == (code, f"{folder.path}\n")
    assert f"stopped by {number.name} at step" in error
    assert (folder.status()["stopped_by"], folder.checkpoints.newest().step) == (number.name, folder.status()["step"])


@pytest.mark.slow
def test_all_workers_are_done_when_time_is_over(tmp_path):
    """Their clocks differ, and one reason holds for all: none of them fails."""
    folder = RunFolder(tmp_path / "run")
    words = [*SMALL, *ENDLESS, "train.max_minutes=0.3", f"hydra.run.dir={folder.path}"]
    _, error = run("launch", "--workers", "2", "--", "train", *words)
    assert "train.max_minutes is over" in error
    assert folder.status()["stopped_by"] == "max_minutes"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_no_worker_outlives_a_launch_that_is_killed(tmp_path):
    folder = RunFolder(tmp_path / "run")
    job = start("launch", "--workers", "2", "--", "train", *SMALL, *ENDLESS, f"hydra.run.dir={folder.path}")
    wait_for(lambda: folder.status().get("step", 0) > 20)
    workers = children_of(job.pid)
    job.kill()
    job.communicate()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers.values()), 60)
    assert (folder.status()["state"], folder.status()["stopped_by"]) == ("interrupted", "SIGTERM")


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["hardware=cpu"], ["hardware.strategy=auto", "hardware.threads=2"]),
        ([], ["hardware.threads=2"]),
        (["hardware=multi_worker"], ["hardware.threads=2"]),
        (["hardware=cpu", "hardware.threads=1"], ["hardware.strategy=auto"]),
    ],
)
def test_what_launch_adds(here, words, more):
    told = '{"cluster": {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}, "task": {"type": "worker", "index": 0}}'
    assert launch._shared("train", ["model=gan", *words], [told] * 2, processors=5) == more


def test_what_launch_adds_to_a_run_that_goes_on(here):
    assert cli.main(["train", "--prepare", "model=gan", "hardware=cpu", "hydra.run.dir=run"]) == 0
    assert launch._shared("resume", ["run"], ["", ""], 2) == ["hardware.strategy=auto", "hardware.threads=1"]


def test_help_behind_the_dashes_is_that_of_the_command(here, capsys):
    assert cli.main(["launch", "--workers", "2", "--", "train", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Train a model")


def test_completion(here):
    assert launch.complete([], "--w") == ["--help", "--workers", "--"]
    assert launch.complete(["--workers", "2", "--"], "") == ["train", "resume"]
    assert "model=gan" in launch.complete(["--workers", "2", "--", "train"], "model=g")


BETWEEN = """
import pathlib, sys, time
from ganae_cli.cli import main
from ganae_cli.training.callbacks.start import Start

folder = pathlib.Path(sys.argv[1])
played = Start.on_train_batch_end

def play_and_wait(callback, batch, logs=None):
    played(callback, batch, logs)
    if callback.model.state.steps_done == 7:
        (folder / "here").touch()
        while not (folder / "go").exists():
            time.sleep(0.1)

Start.on_train_batch_end = play_and_wait
sys.argv[:] = ["ganae", *sys.argv[2:]]
sys.exit(main())
"""  # a chief that takes its time between two steps


@pytest.mark.slow
def test_a_chief_that_is_between_two_steps_saves_the_last_one(tmp_path):
    folder = RunFolder(tmp_path / "run")
    words = ["train", *SMALL, *ENDLESS, "hardware.strategy=auto", f"hydra.run.dir={folder.path}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    for rank, config in enumerate(local.configs(2)):
        begin = ["-m", "ganae_cli"] if rank else ["-c", BETWEEN, str(tmp_path)]
        command = [sys.executable, *begin, *words]
        _STARTED.append(subprocess.Popen(command, env=os.environ | {"TF_CONFIG": config}, **pipes))
    chief, other = _STARTED
    wait_for((tmp_path / "here").exists)
    other.kill()
    time.sleep(GRACE + 2)
    assert chief.poll() is None, "it is at work, and nothing is lost by waiting"
    (tmp_path / "go").touch()
    _, error = chief.communicate(timeout=60)
    assert chief.returncode == 1, error
    assert "the newest checkpoint is of step 7; go on" in " ".join(error.split())
    assert (folder.status()["state"], folder.status()["step"]) == ("interrupted", 7)
    run("resume", str(folder.path), "train.steps=9")
    assert folder.checkpoints.newest().step == 9


MEETS = """
import json, os, sys, time
from ganae_cli.runtime.workers import tf_config
from ganae_cli.runtime.workers.meeting import meet

watch = meet(tf_config.cluster(), len)
print("met", flush=True)
time.sleep(1.5)  # until the other has met this one, too
os._exit(1)
"""  # a worker that dies as soon as it has met the others


@pytest.mark.slow
def test_a_worker_that_dies_before_tensorflow_has_connected_them(tmp_path):
    """TensorFlow waits for it, deaf to signals; the watch ends the process."""
    words = ["train", *SMALL, *ENDLESS, "hardware.strategy=auto", f"hydra.run.dir={tmp_path / 'run'}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    for rank, config in enumerate(local.configs(2)):
        command = [sys.executable, "-c", MEETS] if rank else [*GANAE, *words]
        _STARTED.append(subprocess.Popen(command, env=os.environ | {"TF_CONFIG": config}, **pipes))
    chief, other = _STARTED
    assert other.stdout.readline() == "met\n"
    began = time.monotonic()
    _, error = chief.communicate(timeout=100)
    assert time.monotonic() - began < STATED
    assert chief.returncode == -signal.SIGKILL
    assert "worker 1 (127.0.0.1:" in error
    assert "before the training" in " ".join(error.split())
    assert not (tmp_path / "run" / "config.yaml").exists()
