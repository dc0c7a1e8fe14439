"""MLflow, read back by its own client: a database in the outputs folder, without network."""

import os
import shutil
from pathlib import Path

import pytest

pytest.importorskip("mlflow")
pytest.importorskip("sqlalchemy")
pytest.importorskip("alembic")

from ganae_cli.trackers.base import About
from ganae_cli.trackers.mlflow import MLflow

PARAMS = {f"train.key{n}": str(n) for n in range(130)} | {"dataset.path": "${oc.env:DATA}", "odd:key{}": "x" * 9000}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """Return a database without a run: MLflow takes seconds to make one."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    before = dict(os.environ)
    os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "_MLFLOW_SERVER_ARTIFACT_ROOT": str(path.parent)}
    from mlflow.tracking import MlflowClient

    MlflowClient(f"sqlite:///{path}").search_experiments()
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    return path


@pytest.fixture
def about(tmp_path, monkeypatch, empty):
    """Return a function that describes a run. Whatever MLflow sets in the environment is undone."""
    (tmp_path / "outputs").mkdir()
    shutil.copy(empty, tmp_path / "outputs/mlflow.db")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    before = dict(os.environ)
    monkeypatch.chdir(tmp_path)

    def of(**changes):
        facts = {"folder": tmp_path / "run", "outputs": tmp_path / "outputs", "name": "gan on ring", "params": PARAMS}
        return About(**(facts | changes))

    yield of
    for name in os.environ.keys() - before.keys():
        del os.environ[name]


@pytest.fixture
def client(about, tmp_path):
    from mlflow.tracking import MlflowClient

    return MlflowClient(f"sqlite:///{tmp_path}/outputs/mlflow.db")


def test_a_run_is_read_back(about, client, tmp_path):
    picture = tmp_path / "step-00000100.png"
    picture.write_bytes(b"\x89PNG")
    tracker = MLflow()
    opened = tracker.open(about())
    assert (opened.place, opened.step) == (f"sqlite:///{tmp_path}/outputs/mlflow.db", 0)
    tracker.row(100, {"generator/fool": 0.5, "seconds": 1.0, "bad": float("nan")}, 1_700_000_000.0)
    tracker.row(200, {"generator/fool": 0.25, "seconds": 2.0}, 1_700_000_001.0)
    tracker.picture(100, "samples", picture)
    tracker.file(picture, "checkpoint")
    tracker.close("done", {"modes": 8.0}, {"verdict.mode_collapse": "healthy"}, 200)
    run = client.get_run(opened.run)
    assert (run.info.status, run.info.run_name) == ("FINISHED", "gan on ring")
    assert len(run.data.params) == len(PARAMS)
    assert (run.data.params["train.key129"], run.data.params["dataset.path"]) == ("129", "${oc.env:DATA}")
    assert [(p.step, p.value, p.timestamp) for p in client.get_metric_history(opened.run, "generator/fool")] == [
        (100, 0.5, 1_700_000_000_000),
        (200, 0.25, 1_700_000_001_000),
    ]
    assert run.data.metrics["end/modes"] == 8.0
    assert run.data.tags["verdict.mode_collapse"] == "healthy"
    files = [client.list_artifacts(opened.run, folder)[0].path for folder in ("samples", "checkpoint")]
    assert files == ["samples/step-00000100.png", "checkpoint/step-00000100.png"]
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"outputs", picture.name}, "something was written outside of the outputs folder"
    assert {path.name for path in (tmp_path / "outputs").iterdir()} == {"mlflow.db", "mlflow"}


def test_a_run_is_continued(about, client):
    first = MLflow()
    run = first.open(about()).run
    first.row(300, {"seconds": 3.0}, 1.0)
    first.close("interrupted", {}, {}, 300)
    assert client.get_run(run).info.status == "KILLED"
    again = MLflow()
    opened = again.open(about(run=run, params=PARAMS | {"train.key1": "20000", "new": "1"}))
    assert (opened.run, opened.step) == (run, 300)
    data = client.get_run(run)
    assert data.info.status == "RUNNING"
    assert (data.data.params["train.key1"], data.data.tags["changed.train.key1"]) == ("1", "20000")
    assert data.data.params["new"] == "1"


def test_a_run_that_was_deleted_is_begun_anew(about, client):
    run = MLflow().open(about()).run
    client.delete_run(run)
    for asked in (run, "f" * 32):
        opened = MLflow().open(about(run=asked))
        assert (opened.run != asked, opened.step) == (True, 0)


def test_the_jobs_of_a_sweep_are_below_one_run(about, client, tmp_path):
    sweep = tmp_path / "sweep"
    sweep.mkdir()
    jobs = [MLflow().open(about(group="2026-01-31/12-00", group_folder=sweep)).run for _ in range(2)]
    parents = {client.get_run(job).data.tags["mlflow.parentRunId"] for job in jobs}
    assert len(parents) == 1
    parent = client.get_run(parents.pop())
    assert (parent.info.run_name, parent.info.status) == ("sweep 2026-01-31/12-00", "FINISHED")
    assert list(sweep.iterdir()) == []


def test_files_of_an_outputs_folder_that_was_moved_do_not_go_to_the_old_place(about, client, tmp_path):
    MLflow().open(about())
    (tmp_path / "outputs").rename(tmp_path / "moved")
    tracker = MLflow()
    tracker.open(about(outputs=tmp_path / "moved"))
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG")
    tracker.picture(100, "samples", picture)
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize("place", ["http://127.0.0.1:9{}", "s3://bucket{}", "mlflow-artifacts:{}"])
def test_a_store_that_was_sent_names_no_server_for_files(about, client, tmp_path, place):
    """Also where the path looks like the outputs folder."""
    client.create_experiment("ganae", place.format(f"{tmp_path}/outputs/mlflow"))
    tracker = MLflow()
    tracker.open(about())
    assert not tracker.takes_files


def test_a_store_of_the_users_is_used(about, tmp_path, monkeypatch):
    (tmp_path / "outputs/mlflow.db").rename(tmp_path / "mine.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mine.db")
    assert MLflow().open(about()).place == f"sqlite:///{tmp_path}/mine.db"
    assert list(Path("outputs").iterdir()) == []


def test_files_beside_a_database_of_the_users_lie_in_outputs(about, tmp_path, monkeypatch):
    """MLflow would put them into the current folder, whatever that is."""
    (tmp_path / "outputs/mlflow.db").rename(tmp_path / "mine.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mine.db")
    tracker = MLflow()
    tracker.open(about())
    (tmp_path / "step-00000002.png").write_bytes(b"png")
    tracker.picture(2, "samples", tmp_path / "step-00000002.png")
    found = [path.relative_to(tmp_path).parts[:2] for path in tmp_path.rglob("samples/step-00000002.png")]
    assert found == [("outputs", "mlflow")]


@pytest.mark.slow  # MLflow takes seconds to make its tables
def test_the_store_is_made(about, client, tmp_path):
    (tmp_path / "outputs/mlflow.db").unlink()
    run = MLflow().open(about()).run
    assert client.get_run(run).info.run_name == "gan on ring"
