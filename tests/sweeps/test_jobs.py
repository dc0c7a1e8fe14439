"""What a sweep's folder says of its jobs, without training any."""

import csv

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs as sweeps
from ganae_cli.sweeps.overview import finish

CONFIG = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}, "plugins": []})
JOBS = [["model=gan", "+seed=1"], ["model=gan", "+seed=2"]]


@pytest.fixture
def sweep(tmp_path):
    """Two jobs: one done, with two rows of history, one failed."""
    folder = tmp_path / "sweep"
    sweeps.prepare(folder, [(words, CONFIG) for words in JOBS])
    first, second = RunFolder(folder / "0"), RunFolder(folder / "1")
    for step, value in ((5, 0.5), (9, 0.25)):
        first.append_history({"step": step, "seconds": 1.0, "images_per_second": 2.0, "generator.fool": value})
    first.write_status("done", step=9, seconds=12.5)
    second.write_status("failed", step=3, error="broke")
    return folder


def results(sweep):
    with (sweep / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_results_are_the_last_row_what_was_swept_and_the_status(sweep, capsys):
    assert finish(sweep) == 1
    first, second = results(sweep)
    assert (first["job"], first["state"], first["seed"], second["state"], second["seed"]) == (
        "0",
        "done",
        "1",
        "failed",
        "2",
    )
    assert "model" not in first
    assert (float(first["generator.fool"]), float(first["seconds"]), first["folder"]) == (0.25, 12.5, "0")
    said = capsys.readouterr().err
    assert "1 of 2 jobs done" in said
    assert f"ganae resume {sweep}" in said


def test_resume_runs_what_is_unfinished_and_fails_while_something_is(sweep, monkeypatch):
    started = []
    monkeypatch.setattr(sweeps, "_train", lambda path, plugins=(): started.append(path.name))
    assert sweeps.resume(sweep) == 1
    assert started == ["1"]
    RunFolder(sweep / "1").write_status("done")
    assert sweeps.resume(sweep) == 0
    assert started == ["1"]


def test_a_job_that_another_process_trains_is_left_alone(sweep, monkeypatch, capsys):
    monkeypatch.setattr(sweeps.subprocess, "Popen", None)
    second = RunFolder(sweep / "1")
    second.write_status("running", error=None)
    with second.claim():
        assert sweeps.resume(sweep) == 1
    assert second.status()["state"] == "running"
    assert "is in use by another process" in capsys.readouterr().err


def test_a_sweep_is_run_by_one_process(sweep):
    with sweeps.claim(sweep), pytest.raises(UserError, match="in use by another process"):
        sweeps.resume(sweep)


def test_a_job_is_told_of_plugins_and_of_signals(sweep, monkeypatch):
    """The command it is started with, and what reaches it when the sweep is told to stop."""
    jobs = []

    class Job:
        returncode = 143

        def __init__(self, command, **options):
            self.command, self.told, self.polls = command, [], 0
            jobs.append(self)

        def poll(self):
            self.polls += 1
            if self.polls == 1:
                sweeps.signal.raise_signal(sweeps.signal.SIGTERM)
            return 143 if self.told else None

        def send_signal(self, number):
            self.told.append(number)

    monkeypatch.setattr(sweeps.subprocess, "Popen", Job)
    monkeypatch.setattr(sweeps, "POLL_SECONDS", 0)
    config = OmegaConf.merge(CONFIG, {"plugins": ["mine"]})
    with pytest.raises(SystemExit, match="143"):
        sweeps.run_job(sweep / "1", config, ["seed=2"])
    assert jobs[0].command[-3:] == ["resume", str(sweep / "1"), "plugins=[mine]"]
    assert jobs[0].told == [sweeps.signal.SIGTERM]
