"""Studies from their beginning to their end, with kills between; a small program stands in for each training."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime import messages
from ganae_cli.storage import find_run
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.tuning import drive, journal, study_file
from ganae_cli.tuning.space import Choice
from tests.tuning.conftest import FID, SIZE, compose, file_of

pytest.importorskip("optuna")

TWO = {"model.z_dim": Choice(("2", "4"))}


def results(path):
    with (path / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def records(path, directions=("minimize",)):
    return journal.opened(path / "journal.jsonl", list(directions), is_new=False).trials


def test_a_study_finds_the_best_and_counts_what_failed(tmp_path, trained, capsys):
    path = tmp_path / "study"
    assert drive.begin(path, file_of(trials=8, jobs=2), compose) == 0
    rows = results(path)
    assert [row["job"] for row in rows] == [str(number) for number in range(8)]
    assert [row["state"] for row in rows if row["model.z_dim"] == "64"] == ["failed"] * sum(
        row["model.z_dim"] == "64" for row in rows
    )
    done = [row for row in rows if row["state"] == "done"]
    for row in done:
        z, seed = {"2": 2, "4": 1, "8": 0, "16": 1}[row["model.z_dim"]], int(row["seed"])
        assert float(row["fid"]) == pytest.approx(z + 10 / 500 + seed / 100)
    assert {row["model.z_dim"] for row in rows[:5]} == {"2", "4", "8", "16", "64"}
    said = capsys.readouterr()
    best = min(done, key=lambda row: float(row["fid"]))
    assert f"best: trial {best['job']}, fid 0.02: model.z_dim=8" in said.err
    longer = f"train the best for longer: ganae resume {path / best['job']} train.steps=5000 hardware.threads=null"
    assert said.err.splitlines()[-1] == longer
    assert said.out.splitlines()[-1] == str(path)
    assert "trial 4  model.z_dim=64  failed: NotFinite: generator.fool is not finite; " in said.err


def test_a_study_that_is_done_has_nothing_left_and_can_be_made_longer(tmp_path, trained, capsys):
    path = tmp_path / "study"
    drive.begin(path, file_of(trials=2), compose)
    file, before = study_file.read(path), (path / "journal.jsonl").read_text()
    assert drive.again(path, file, compose) == 0
    assert f"nothing left to do: {path} has 2 trials; tune.trials=N makes it longer" in capsys.readouterr().err
    assert (path / "journal.jsonl").read_text() == before
    assert drive.again(path, file.changed(trials=4), compose) == 0
    assert len(results(path)) == len(records(path)) == 4
    assert study_file.read(path).settings.trials == 4


def test_a_run_that_ended_while_nobody_looked_is_counted_and_not_trained_again(tmp_path, trained):
    """The process is killed after the run of trial 1 is done, and before it tells Optuna."""
    path = tmp_path / "study"
    drive.begin(path, file_of(TWO, trials=2), compose)
    lines = (path / "journal.jsonl").read_text().splitlines(keepends=True)
    *_, last = [number for number, line in enumerate(lines) if '"op_code":6' in line and '"trial_id":1' in line]
    (path / "journal.jsonl").write_text("".join(lines[:last]))
    assert [trial.state.name for trial in records(path)] == ["COMPLETE", "RUNNING"]
    assert drive.again(path, study_file.read(path), compose) == 0
    assert [trial.state.name for trial in records(path)] == ["COMPLETE", "COMPLETE"]
    assert ended(path) == {"0": 1, "1": 1}


@pytest.mark.parametrize("written", [1, 2, 3])
def test_a_study_that_was_killed_as_it_was_made_goes_on(tmp_path, trained, monkeypatch, written):
    """Of study.json, sweep.json and an empty journal so many are there."""
    path = tmp_path / "study"

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*((SweepFile, "write") if written == 1 else (drive, "run")), killed)
        with pytest.raises(KeyboardInterrupt):
            drive.begin(path, file_of(TWO, trials=2), compose)
    if written == 3:
        (path / "journal.jsonl").touch()
    assert (path / "sweep.json").exists() == (written > 1)
    assert find_run.is_study(path)
    assert drive.again(path, study_file.read(path), compose) == 0
    assert [row["state"] for row in results(path)] == ["done", "done"]


def test_a_trial_that_the_user_finishes_meanwhile_is_counted_and_not_trained_again(tmp_path, trained, monkeypatch):
    """`ganae resume STUDY/1` was done with it after the study had found what goes on."""
    path = tmp_path / "study"
    drive.begin(path, file_of(TWO, trials=2), compose)
    lines = (path / "journal.jsonl").read_text().splitlines(keepends=True)
    *_, last = [number for number, line in enumerate(lines) if '"op_code":6' in line and '"trial_id":1' in line]
    (path / "journal.jsonl").write_text("".join(lines[:last]))
    monkeypatch.setattr(drive.Drive, "recover", lambda self: setattr(self, "waiting", [1]))
    assert drive.again(path, study_file.read(path), compose) == 0
    assert [trial.state.name for trial in records(path)] == ["COMPLETE", "COMPLETE"]
    assert ended(path) == {"0": 1, "1": 1}


def test_a_trial_that_another_process_trains_is_told_of_though_quiet(tmp_path, trained, monkeypatch, capsys):
    path = tmp_path / "study"
    drive.begin(path, file_of(trials=1), compose)
    monkeypatch.setattr(drive.Drive, "recover", lambda self: setattr(self, "waiting", [0]))
    RunFolder(path / "0").write_status("running")
    capsys.readouterr()
    with RunFolder(path / "0").claim():
        messages.begin([messages.QUIET])
        drive.again(path, study_file.read(path), compose)
        messages.end()
    assert capsys.readouterr().err.startswith(f"trial 0: {path / '0'} is in use by process ")


def test_a_folder_that_holds_something_is_refused(tmp_path, trained):
    drive.begin(tmp_path / "study", file_of(trials=1), compose)
    with pytest.raises(UserError, match=r"already holds study.json: `ganae resume"):
        drive.begin(tmp_path / "study", file_of(trials=1), compose)


def test_settings_that_do_not_go_together_are_a_trial_that_failed(tmp_path, trained, capsys):
    path = tmp_path / "study"
    space = {"model.z_dim": Choice(("3", "8"))}
    assert drive.begin(path, file_of(space, trials=2), compose) == 0
    assert [(row["state"], row["model.z_dim"]) for row in results(path)] == [("failed", "3"), ("done", "8")]
    assert "trial 0  model.z_dim=3  failed: model.z_dim must be even, got 3; 1 of 2" in capsys.readouterr().err


def test_trials_that_do_worse_are_pruned_while_they_train(tmp_path, trained, monkeypatch, capsys):
    monkeypatch.setenv("PAUSE", "0.2")
    path = tmp_path / "study"
    space = {"model.z_dim": Choice(("8", "16", "4", "2"))}
    assert drive.begin(path, file_of(space, trials=4, pruner="median", sampler="grid"), compose) == 0
    rows, found = results(path), records(path)
    assert [row["state"] for row in rows] == ["done", "done", "pruned", "pruned"]
    assert [trial.state.name for trial in found] == ["COMPLETE", "COMPLETE", "PRUNED", "PRUNED"]
    steps = [int(RunFolder(path / row["job"]).history.read()[-1]["step"]) for row in rows]
    assert steps[0] == 500 > steps[3]
    said = capsys.readouterr().err
    assert "4 of 4 trials: 2 done, 2 pruned" in said
    assert "trial 3  model.z_dim=2  pruned: fid 2.0" in said


def test_several_aims_give_a_front(tmp_path, trained, capsys):
    path = tmp_path / "study"
    file = file_of(objectives=(FID, SIZE), trials=5, sampler="grid")
    assert drive.begin(path, file, compose) == 0
    said = capsys.readouterr().err
    assert "Pareto front, 3 trials of which none is better in every one of fid (lower) and parameters (lower):" in said
    front = said.split("Pareto front")[1].splitlines()[1:4]
    assert front == [
        "  trial 2, fid 0.02, parameters 80: model.z_dim=8",
        "  trial 1, fid 1.02, parameters 40: model.z_dim=4",
        "  trial 0, fid 2.02, parameters 20: model.z_dim=2",
    ]
    assert said.splitlines()[-1] == f"train the best for longer: ganae resume {path / '2'} train.steps=5000"


PROGRAM = """
import sys
from pathlib import Path
from ganae_cli.sweeps import pool as pools
from ganae_cli.tuning import drive, study_file
from tests.tuning.conftest import TRAINS, compose, file_of
pools.command = lambda path, *_: [sys.executable, "-c", TRAINS, str(path)]
pools.POLL_SECONDS = drive.LOOK_SECONDS = 0.02
path = Path(sys.argv[1])
if (path / "study.json").exists():
    sys.exit(drive.again(path, study_file.read(path), compose))
sys.exit(drive.begin(path, file_of(trials=int(sys.argv[2]), jobs=2), compose))
"""


def start(path, trials):
    """Start the process that drives a study."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["", *sys.path]), "PAUSE": "0.1"}
    command = [sys.executable, "-c", PROGRAM, str(path), str(trials)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def rows_of(path):
    """Return how many rows all trials have by now."""
    return sum(len(RunFolder(job).history.read()) for job in path.glob("*/") if job.name.isdecimal())


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def check_whole(path, trials):
    """Assert that a study has just its trials, each trained once from its first row to its last."""
    rows, found = results(path), records(path)
    assert len(rows) == len(found) == trials
    for row, trial in zip(rows, found, strict=True):
        folder = RunFolder(path / row["job"])
        steps = [int(one["step"]) for one in folder.history.read()]
        if row["model.z_dim"] == "64":
            assert (row["state"], trial.state.name) == ("failed", "FAIL")
            continue
        assert (row["state"], trial.state.name) == ("done", "COMPLETE")
        assert steps == [100, 200, 300, 400, 500]
        assert trial.value == float(row["fid"]) == folder.status()["objective"]["fid"]
        assert trial.params == {"model.z_dim": row["model.z_dim"]}


def ended(path):
    """Return number -> how often a process trained it, of the trials that have ended."""
    done = [job for job in path.glob("*/") if RunFolder(job).status().get("state") in ("done", "failed")]
    return {job.name: len((job / "began").read_text()) for job in done}


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_kills_of_the_process_lose_and_repeat_nothing(tmp_path, kills):
    path, trials = tmp_path / "study", 3 + 2 * kills
    for kill in range(kills):
        process = start(path, trials)
        seen = rows_of(path)
        until(lambda: rows_of(path) >= seen + 3 + kill % 3 or process.poll() is not None)  # noqa: B023
        assert process.poll() is None, process.communicate()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        until(lambda: not _training(path))
    before = ended(path)
    process = start(path, trials)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    check_whole(path, trials)
    assert {number: count for number, count in ended(path).items() if number in before} == before


def _training(path):
    """Return True while a process that trains a trial has not ended, after the one that started it was killed."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    return any(f" {path}/" in line for line in listed.splitlines())


def test_a_signal_leaves_a_study_that_goes_on(tmp_path):
    path = tmp_path / "study"
    process = start(path, 4)
    until(lambda: rows_of(path) >= 3)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + signal.SIGTERM
    assert f"the others: ganae resume {path}" in said
    assert "interrupted" in said
    assert not _training(path)
    process = start(path, 4)
    assert process.communicate(timeout=60)
    assert process.returncode == 0
    check_whole(path, 4)


def test_nothing_of_a_study_is_a_pickle(tmp_path, trained):
    path = tmp_path / "study"
    drive.begin(path, file_of(trials=2), compose)
    assert all(isinstance(json.loads(line), dict) for line in (path / "journal.jsonl").read_text().splitlines())
    names = {file.name for file in path.iterdir() if file.is_file()}
    assert names - {".sweep.json.lock"} == {"journal.jsonl", "results.csv", "study.json", "sweep.json"}
