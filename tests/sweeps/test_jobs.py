"""Jobs of a sweep: prepared, started, stopped and recorded, without training any."""

import json

import pytest
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs as sweeps
from ganae_cli.sweeps import pool, queue

CONFIG = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}, "plugins": [], "sweep": {"jobs": 1}})


def test_resume_runs_what_is_unfinished_and_fails_while_something_is(sweep, monkeypatch):
    started = []
    monkeypatch.setattr(sweeps.JobQueue, "start", lambda queue, path, is_told: started.append(path.name) or True)
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
    monkeypatch.setattr(pool.subprocess, "Popen", None)
    monkeypatch.setattr(queue, "PATIENCE", 0.6)
    second = RunFolder(sweep / "1")
    second.write_status("running", error=None)
    with second.claim():
        assert sweeps.resume(sweep) == 1
    assert second.status()["state"] == "running"
    assert "is in use by process" in capsys.readouterr().err


def test_a_sweep_is_run_by_one_process(sweep):
    with sweeps.claim(sweep), pytest.raises(UserError, match="in use by process"):
        sweeps.resume(sweep)


def test_the_plugins_of_a_new_job_are_handed_on_and_not_saved(tmp_path, monkeypatch):
    """Some sweepers create their jobs while they run."""
    started = []
    monkeypatch.setattr(sweeps.JobQueue, "start", lambda queue, path: started.append((path.name, queue.pool.plugins)))
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


@pytest.mark.parametrize(
    ("stated", "words", "is_json"),
    [
        ("text", ["log.format=json"], True),
        ("json", [], True),
        ("json", ["log.format=text"], False),
        ("text", [], False),
        (None, [], False),  # of an older version
    ],
)
def test_a_sweep_that_goes_on_has_the_form_of_its_jobs_or_that_of_its_words(sweep, capsys, stated, words, is_json):
    RunFolder(sweep / "1").write_status("done")
    config = {"model": {"name": "gan"}} | ({"log": {"format": stated}} if stated else {})
    (sweep / "0" / "config.yaml").write_text(OmegaConf.to_yaml(OmegaConf.create(config)))
    assert cli.main(["resume", str(sweep), *words]) == 0
    first, *_ = capsys.readouterr().err.splitlines()
    assert (json.loads(first)["message"] if is_json else first).startswith("nothing left to do: every job of ")


def test_a_form_that_there_is_not_is_refused(sweep, capsys):
    assert cli.main(["resume", str(sweep), "log.format=jsn"]) == 2
    assert capsys.readouterr().err.startswith("ganae: error: log.format=jsn: expected one of text, json; did you mean")
