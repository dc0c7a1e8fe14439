"""Jobs of a sweep: prepared, started, stopped and recorded, without training any."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs as sweeps

CONFIG = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}, "plugins": []})


def test_resume_runs_what_is_unfinished_and_fails_while_something_is(sweep, monkeypatch):
    started = []
    monkeypatch.setattr(sweeps, "_train", lambda path, plugins=(): started.append(path.name))
    assert sweeps.resume(sweep) == 1
    assert started == ["1"]
    RunFolder(sweep / "1").write_status("done")
    assert sweeps.resume(sweep) == 0
    assert started == ["1"]


def test_a_sweep_that_was_killed_while_it_was_prepared_can_be_begun_again(tmp_path):
    """Its jobs are pending, and no file names them yet: it could neither be begun again nor resumed."""
    planned = [([f"seed={seed}"], CONFIG) for seed in (1, 2)]
    sweeps.prepare(tmp_path, planned)
    (tmp_path / "sweep.json").unlink()
    (tmp_path / "1" / "config.yaml").unlink()
    sweeps.prepare(tmp_path, planned)
    assert [path.name for path in sweeps.job_folders(tmp_path)] == ["0", "1"]
    (tmp_path / "sweep.json").unlink()
    (tmp_path / "1" / "history.csv").write_text("step\n")
    with pytest.raises(UserError, match="already holds"):
        sweeps.prepare(tmp_path, planned)


def test_a_job_that_another_process_trains_is_left_alone(sweep, monkeypatch, capsys):
    monkeypatch.setattr(sweeps.subprocess, "Popen", None)
    second = RunFolder(sweep / "1")
    second.write_status("running", error=None)
    with second.claim():
        assert sweeps.resume(sweep) == 1
    assert second.status()["state"] == "running"
    assert "is in use by process" in capsys.readouterr().err


def test_a_sweep_is_run_by_one_process(sweep):
    with sweeps.claim(sweep), pytest.raises(UserError, match="in use by process"):
        sweeps.resume(sweep)


def test_a_job_is_started_as_resume_of_its_folder_with_the_plugins():
    assert sweeps._command(Path("a b"), [])[1:] == ["-P", "-m", "ganae_cli", "resume", "a b"]
    assert sweeps._command(Path("x"), ["mine", "yours"])[-1] == "plugins=[mine,yours]"


def test_the_plugins_of_a_new_job_are_handed_on_and_not_saved(tmp_path, monkeypatch):
    """Some sweepers create their jobs while they run."""
    started = []
    monkeypatch.setattr(sweeps, "_train", lambda path, plugins: started.append((path.name, plugins)))
    sweeps.run_job(tmp_path / "7", OmegaConf.merge(CONFIG, {"plugins": ["mine"]}))
    assert started == [("7", ["mine"])]
    assert RunFolder(tmp_path / "7").read_config() == {"model": {"name": "gan"}, "train": {"steps": 9}}
    assert RunFolder(tmp_path / "7").status() == {"state": "pending", "step": 0, "steps": 9}


def test_no_sweep_is_made_in_the_folder_of_another(sweep):
    with pytest.raises(UserError, match=r"already holds a sweep; `ganae resume .*` continues it"):
        sweeps.prepare(sweep, [])


@pytest.mark.parametrize("name", ["results.csv", "multirun.yaml", "0/config.yaml", "1/history.csv"])
def test_no_sweep_is_made_over_what_is_there(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match="already holds"):
        sweeps.prepare(tmp_path, [(["seed=1"], CONFIG), (["seed=2"], CONFIG)])
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / name).read_text() == "mine"


def test_the_status_of_a_job_is_left_to_who_holds_it(sweep, capsys):
    """The job was refused, because somebody resumed it between the look at it and its start."""
    folder = RunFolder(sweep / "1")
    folder.write_status("running", error=None)
    with folder.claim():
        sweeps._record(folder, 2, is_stopped=False)
    assert folder.status()["state"] == "running"
    assert "job 1 (2 of 2)  " in capsys.readouterr().err


@pytest.fixture
def run(sweep, monkeypatch):
    """Return a function: `run(code)` runs job 1 as a process of this Python code and returns the job's status."""
    monkeypatch.setattr(sweeps, "POLL_SECONDS", 0.02)

    def job(code):
        monkeypatch.setattr(sweeps, "_command", lambda path, plugins: [sys.executable, "-c", code])
        sweeps.run_job(sweep / "1", CONFIG)
        return RunFolder(sweep / "1").status()

    return job


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import os; os.kill(os.getpid(), 9)", "killed by SIGKILL, as the system does when it runs out of memory"),
        ("import sys; sys.exit(3)", "exit code 3"),
        ("import sys; print('ganae: error: no GPU', file=sys.stderr); sys.exit(2)", "ganae: error: no GPU"),
    ],
)
def test_the_end_of_a_job_that_could_not_say_it_is_recorded(run, code, error):
    status = run(code)
    assert (status["state"], status["error"]) == ("failed", error)


def test_an_output_of_any_size_says_why_a_job_ended(run, sweep):
    """A job of a sweep from somebody else had a file of 60 GB, for which there was no memory."""
    with (sweep / "1" / sweeps.OUTPUT).open("ab") as file:
        file.truncate(60 * 10**9)
        file.write(b"\n")
    status = run("import sys; print('ganae: error: no GPU', file=sys.stderr); sys.exit(2)")
    assert (status["state"], status["error"]) == ("failed", "ganae: error: no GPU")


def test_a_job_that_says_how_it_ended_is_believed(run, sweep):
    code = "import sys; from ganae_cli.storage.run_folder import RunFolder; RunFolder(sys.argv[1])"
    code = code.replace("sys.argv[1]", repr(str(sweep / "1"))) + ".write_status('failed', error='NaN'); sys.exit(1)"
    assert run(code)["error"] == "NaN"


def test_a_signal_reaches_the_job_and_ends_the_sweep(run, sweep):
    """The job has a session of its own and gets no Ctrl-C from the terminal: the sweep passes it on, once."""
    code = "import signal, sys, time; signal.signal(signal.SIGINT, lambda *_: sys.exit(130))"
    code += "; print('ready', flush=True); time.sleep(60)"
    output = sweep / "1" / sweeps.OUTPUT

    def interrupt():
        while not (output.exists() and "ready" in output.read_text()):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    handler = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(SystemExit, match="130"):
        run(code)
    thread.join()
    assert RunFolder(sweep / "1").status()["state"] == "interrupted"
    assert signal.getsignal(signal.SIGINT) is handler
