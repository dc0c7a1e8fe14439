"""`ganae doctor` and `ganae doctor RUN`: what is printed, and the exit code."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganae_cli import cli
from ganae_cli.commands import doctor
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.tuning.objective import Objective
from ganae_cli.tuning.settings import Settings
from ganae_cli.tuning.space import Choice
from ganae_cli.tuning.study_file import StudyFile

WRITTEN = Path(__file__).parents[1] / "storage" / "run_folders_0_2_0" / "alae"


@pytest.fixture
def run(tmp_path) -> RunFolder:
    return RunFolder(shutil.copytree(WRITTEN, tmp_path / "run"))


def test_the_quick_report_can_be_pasted(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_API_KEY", "s3cret")
    assert cli.main(["doctor", "--quick"]) == 0
    said = capsys.readouterr()
    titles = [line[9:22].strip() for line in said.out.splitlines()]
    assert [title for title in titles if title] == [
        *("Installation", "Processors", "Memory", "Disk", "Caches", "Variables", "Terminal"),
    ]
    assert str(tmp_path) not in said.out
    assert "s3cret" not in said.out
    assert "can be pasted into a bug report" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_problem_has_exit_code_1(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path / "file"))
    assert cli.main(["doctor", "--quick"]) == 1
    said = capsys.readouterr()
    assert "problem  Disk          runs: " in said.out
    assert said.err.splitlines()[-1].startswith("1 problem(s), ")


def test_a_run(run, capsys):
    assert cli.main(["doctor", "--quick", str(run.path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"go on from step 4: ganae resume {run.path}"
    run.checkpoints.list()[0].weights.write_bytes(b"")
    assert cli.main(["doctor", "--quick", str(run.path)]) == 1
    assert "no checkpoint is whole" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["config.yaml", "history.csv", "status.json", "environment.json", "sampler.npz"])
def test_a_garbled_file_is_a_finding(run, capsys, name):
    """No file can be so broken that the other findings are lost."""
    for content in (b"", b"\xff\xfe\x00", b"[1]", b"{", b"a: [1\n", b"\x00" * 100, b'{"state": [1], "pid": "x"}'):
        (run.path / name).write_bytes(content)
        assert cli.main(["doctor", "--quick", str(run.path)]) in (0, 1)
        said = capsys.readouterr()
        assert "Checkpoints" in said.out, (content, said)
        assert "Traceback" not in said.err


def test_a_sweep(run, tmp_path, capsys):
    sweep = tmp_path / "sweep"
    for number in "01":
        shutil.copytree(run.path, sweep / number)
    SweepFile.write(sweep, [["seed=0"], ["seed=1"]])
    (sweep / "1" / "status.json").write_text(json.dumps({"state": "failed", "error": "x", "step": 4, "steps": 12}))
    assert cli.main(["doctor", "--quick", str(sweep)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["job 0:", "job 1:"]
    assert lines[2] == "warning  Status        failed at step 4 of 12: x"
    assert lines[-1] == f"run its missing and unfinished jobs: ganae resume {sweep}"


def test_help_and_completion_are_quick():
    began = time.perf_counter()
    shown = subprocess.run([sys.executable, "-m", "ganae_cli", "doctor", "--help"], capture_output=True, text=True)
    assert "ganae doctor latest" in shown.stdout
    assert time.perf_counter() - began < 5  # 0.15 s on a quiet machine
    assert doctor.complete([], "--") == ["--help", "--quick"]
    assert "latest" in doctor.complete([], "")
    assert doctor.complete(["latest"], "") == []


@pytest.mark.parametrize(("sampler", "trials"), [("random", 20), ("grid", 2)])
def test_a_study_says_how_many_trials_it_is_to_have(tmp_path, capsys, sampler, trials):
    settings = Settings(trials=20, sampler=sampler)
    file = StudyFile(
        ["model=gan"], {"model.z_dim": Choice(("2", "4"))}, (Objective("fid", "lower", "metric"),), settings
    )
    file.write(tmp_path)
    SweepFile.write(tmp_path, [], file.keys)
    assert cli.main(["doctor", "--quick", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"0 of {trials} trials have ended; train the others: ganae resume {tmp_path}\n"
    (tmp_path / "study.json").write_text("{}")
    assert cli.main(["doctor", "--quick", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith(f"cannot read {tmp_path / 'study.json'}: ")
