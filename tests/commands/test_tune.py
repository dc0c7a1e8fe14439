"""`ganae tune` as it is typed: what is refused, and, slowly, a study of real trainings that is killed."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from ganae_cli import terminal
from ganae_cli.cli import main
from ganae_cli.commands import tune
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs
from ganae_cli.tuning import drive, journal
from ganae_cli.tuning.objective import Objective
from ganae_cli.tuning.settings import Settings
from ganae_cli.tuning.space import Choice
from ganae_cli.tuning.study_file import StudyFile

SMALL = (
    *("model=gan", "dataset=ring", "dataset.count=500", "hardware=cpu", "hardware.jit=false", "train.batch_size=16"),
    *("train.steps=60", "train.log_every=10", "train.checkpoint_every=20", "evaluation.metrics=[clipped_coverage]"),
)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--multirun", "model.z_dim=2,4"], "ganae tune has no flag '--multirun' (flags: --help, --config-dir)"),
        (["model=gan"], "nothing to tune: give a setting several values"),
        (["model.z_dim=2,4", "tune.sampler=gp"], "tune.sampler=gp needs torch, which ganae does without: take tpe or "),
        (["model.z_dim=2,4", "tune.sampler=cmaes"], "tune.sampler=cmaes varies numbers in intervals, and model.z_dim"),
        (["optimizer.learning_rate=interval(1e-4,1e-2)", "tune.sampler=grid"], "tune.sampler=grid tries every value"),
        (["model.z_dim=2,4", "dataset=image_folder"], "dataset.path"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(tmp_path, monkeypatch, capsys, words, line):
    pytest.importorskip("optuna")
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path / "outputs"))
    assert main(["tune", *words]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith(f"ganae: error: {line}") or line in said[-1]
    assert not (tmp_path / "outputs").exists()


def test_without_the_extra_one_line_names_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert main(["tune", "model.z_dim=2,4"]) == 2
    assert "ganae tune needs the extra `tune`: pip install 'ganae[tune]'" in capsys.readouterr().err


def test_the_tab_key_knows_the_settings():
    assert "tune.trials=" in tune.complete([], "tune.")
    assert {"tune.sampler=tpe", "tune.sampler=qmc"} <= set(tune.complete([], "tune.sampler="))
    assert "tune." in tune.complete([], "tu")
    assert tune.complete([], "--") == ["--help", "--config-dir"]
    assert "model=gan" in tune.complete([], "model=")


@pytest.fixture
def study(tmp_path):
    """The folder of a study as it is made, before its first trial."""
    aim = Objective("fid", "lower", "metric")
    StudyFile(["model=gan", "dataset=digits"], {"model.z_dim": Choice(("2", "4"))}, (aim,), Settings()).write(tmp_path)
    jobs.prepare(tmp_path, [], ["model.z_dim", "seed"])
    return tmp_path


def test_a_study_goes_on_with_lines_in_the_form_that_its_words_ask_for(study, monkeypatch, capsys):
    monkeypatch.setattr(drive, "again", lambda *_: terminal.tell("it goes on") or 0)
    assert main(["resume", str(study), "log.format=json", "plugins=[]", "tune.trials=4"]) == 0
    assert json.loads(capsys.readouterr().err)["message"] == "it goes on"
    assert main(["resume", str(study)]) == 0
    assert capsys.readouterr().err == "it goes on\n"


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("plugins=mine", "plugins: expected a list, got 'mine'; write plugins=[mine]"),
        ("tune.trials=[4", "cannot read 'tune.trials=[4': brackets and quotes must be closed"),
        ("log.format=jsn", "log.format=jsn: expected one of text, json; did you mean 'json'?"),
    ],
)
def test_words_of_a_study_that_goes_on_are_refused_in_one_line(study, capsys, word, line):
    assert main(["resume", str(study), word]) == 2
    assert capsys.readouterr().err == f"ganae: error: {line}\n"


def ganae(tmp_path, *words):
    environment = os.environ | {"GANAE_OUTPUTS": str(tmp_path / "outputs")}
    return subprocess.Popen(
        [sys.executable, "-m", "ganae_cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.slow
def test_a_study_of_real_trainings_survives_kills(tmp_path):
    pytest.importorskip("optuna")
    study = tmp_path / "study"
    words = ("model.z_dim=2,4,8", "tune.trials=4", "tune.jobs=2", f"hydra.sweep.dir={study}")
    process = ganae(tmp_path, "tune", *SMALL, *words)
    for kill in range(3):
        deadline = time.monotonic() + 300
        while sum(1 for _ in study.glob("*/history.csv")) <= kill and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        time.sleep(kill)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        process = ganae(tmp_path, "resume", str(study))
    out, said = process.communicate(timeout=600)
    assert process.returncode == 0, said
    assert out.splitlines()[-1] == str(study)
    with (study / "results.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["job"], row["state"]) for row in rows] == [(str(number), "done") for number in range(4)]
    found = journal.opened(study / "journal.jsonl", ["maximize"], is_new=False).trials
    assert [trial.value for trial in found] == [float(row["clipped_coverage"]) for row in rows]
    for row in rows:
        steps = [int(one["step"]) for one in RunFolder(study / row["job"]).history.read()]
        assert steps == [10, 20, 30, 40, 50, 60]
    again = ganae(tmp_path, "resume", str(study))
    assert "nothing left to do" in again.communicate(timeout=120)[1]
