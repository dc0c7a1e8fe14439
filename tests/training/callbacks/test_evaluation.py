"""Evaluation while a model trains: columns of the history, the best checkpoint by a metric, and exact resumes."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training

BASE = ["model=gan", "train.batch_size=16", "train.log_every=2", "train.sample_every=100", "hardware=cpu"]
BASE += ["hardware.jit=false", "train.checkpoint_every=4", "evaluation.features=pixels", "evaluation.quick_samples=40"]
METRICS = "evaluation.metrics=[clipped_coverage,fid]"


def train(compose, path, *words):
    assert training.train(compose(*BASE, *words), path)[0] == 0
    return RunFolder(path)


def test_metrics_stand_in_the_rows_of_their_steps(compose, tmp_path):
    folder = train(compose, tmp_path / "run", "train.steps=8", "train.evaluate_every=4", METRICS)
    rows = folder.history.read()
    assert [int(row["step"]) for row in rows] == [2, 4, 6, 8]
    assert [("fid" in row, "clipped_coverage" in row) for row in rows] == [(False, False), (True, True)] * 2
    assert all(float(rows[i]["fid"]) > 0 for i in (1, 3))


def test_without_it_the_history_has_no_such_column(compose, tmp_path):
    folder = train(compose, tmp_path / "run", "train.steps=4")
    assert "fid" not in folder.history.path.read_text()


def test_the_best_checkpoint_has_the_highest_coverage_or_the_lowest_distance(compose, tmp_path):
    for metric, best in (("clipped_coverage", max), ("fid", min)):
        words = ["train.steps=16", "train.evaluate_every=4", METRICS, f"train.best_by={metric}", "train.keep=1"]
        folder = train(compose, tmp_path / metric, *words)
        values = {int(row["step"]): float(row[metric]) for row in folder.history.read() if metric in row}
        expected = best(values, key=lambda step: values[step])
        found = folder.checkpoints.best(metric)
        assert values[found.step] == values[expected]
        assert found.value(metric) == values[expected]
        facts = json.loads((folder.path / "checkpoints" / f"step-{found.step:08d}.json").read_text())
        assert facts.get("better") == ("higher" if metric == "clipped_coverage" else None)


def test_a_resumed_run_evaluates_to_the_same_numbers(compose, tmp_path):
    words = ["train.evaluate_every=4", METRICS]
    whole = train(compose, tmp_path / "whole", "train.steps=8", *words)
    parted = train(compose, tmp_path / "parted", "train.steps=4", *words)
    config = parted.read_config()
    config.train.steps = 8
    assert training.resume(config, parted.path)[0] == 0
    columns = [[(row["step"], row.get("fid")) for row in one.history.read()] for one in (whole, parted)]
    assert columns[0] == columns[1]
    assert columns[0][-1][1]


@pytest.mark.parametrize(("every", "metrics"), [(4, ["kid"]), (0, None)])
def test_what_was_measured_before_a_resume_keeps_its_column(compose, tmp_path, every, metrics):
    folder = train(compose, tmp_path / "run", "train.steps=4", "train.evaluate_every=4", "evaluation.metrics=[fid]")
    before = folder.history.read()
    config = folder.read_config()
    config.train.steps, config.train.evaluate_every, config.evaluation.metrics = 8, every, metrics
    assert training.resume(config, folder.path)[0] == 0
    rows = folder.history.read()
    assert rows[:2] == before
    assert [("fid" in row, "kid" in row) for row in rows] == [
        (False, False),
        (True, False),
        (False, False),
        (False, every > 0),
    ]
    assert not list(folder.path.glob("*damaged*"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train.evaluate_every=3"], "train.evaluate_every=3: metrics stand in rows of the history, so it must be"),
        (["train.best_by=fid"], "train.best_by=fid is a metric: say how often it is measured"),
        (["train.best_by=fied"], "train.best_by: no term or metric 'fied'; did you mean 'fid'"),
        (["train.best_by=recall", "train.evaluate_every=4", METRICS], "train.best_by=recall is not measured"),
        (
            ["train.best_by=fid", "train.evaluate_every=4", "train.checkpoint_every=6", METRICS],
            "train.best_by=fid: each checkpoint needs its value, so train.checkpoint_every=6 must be a multiple",
        ),
        (
            ["train.best_by=distance_ratio", "train.evaluate_every=4"],
            "train.best_by=distance_ratio is not measured",
        ),
        (
            ["train.best_by=c_t", "train.evaluate_every=4"],
            "train.best_by=c_t: neither its highest nor its lowest value is the best one, but that of real data",
        ),
        (["evaluation.metrics=[rekall]"], "evaluation.metrics: no metric named 'rekall'; did you mean 'recall'"),
        (["train.evaluate_every=4", "dataset=digits", "evaluation.features=encoder"], "evaluation.features=encoder"),
    ],
)
def test_what_cannot_be_met_is_refused_before_the_first_step(compose, tmp_path, words, message):
    with pytest.raises(UserError) as refused:
        training.train(compose(*BASE, "train.steps=4", *words), tmp_path / "run")
    assert message in str(refused.value)
    assert not (tmp_path / "run" / "config.yaml").exists()
