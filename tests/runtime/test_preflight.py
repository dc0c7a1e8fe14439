"""Checks before TensorFlow is imported: files of datasets, and TF_CONFIG, which makes a process one of several."""

import json

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.runtime.preflight import check, joins_workers


def tf_config(index, *workers):
    return json.dumps({"cluster": {"worker": list(workers)}, "task": {"type": "worker", "index": index}})


def test_a_cluster_is_joined_unless_another_strategy_is_chosen(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", tf_config(1, "a:1", "b:1"))
    assert [joins_workers(name) for name in ("auto", "multi_worker", "mirrored", "none")] == [True, True, False, False]


@pytest.mark.parametrize("text", ["", " ", "{}", '{"cluster": {}}', '{"environment": "cloud"}'])
def test_a_variable_without_a_cluster_counts_as_missing(monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    assert joins_workers("auto") is False
    with pytest.raises(UserError, match="hardware=multi_worker needs the variable TF_CONFIG"):
        joins_workers("multi_worker")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{bad", r"TF_CONFIG is not JSON \(Expecting property name"),
        ("[1]", "names no workers"),
        ("3", "names no workers"),
        ('{"cluster": {"worker": ["a:1"]}}', "names no workers"),
        ('{"cluster": {"ps": ["a:1"]}, "task": {"type": "ps", "index": 0}}', "names no workers"),
        (tf_config(2, "a:1", "b:1"), "names no workers"),
    ],
)
def test_a_variable_that_is_not_sound_is_refused(monkeypatch, text, message):
    monkeypatch.setenv("TF_CONFIG", text)
    for strategy in ("auto", "multi_worker"):
        with pytest.raises(UserError, match=message):
            joins_workers(strategy)
    assert joins_workers("none") is False


def config(name, path):
    dataset = {"name": name} if path is None else {"name": name, "path": str(path)}
    return OmegaConf.create({"hardware": {"strategy": "none"}, "dataset": dataset})


def test_a_dataset_needs_its_file(tmp_path):
    (tmp_path / "x.npy").touch()
    check(config("digits", None))
    check(config("arrays", tmp_path / "x.npy"))
    for name, path, message in [
        ("arrays", None, r"dataset 'arrays' needs a file: dataset\.path=FILE\.npy"),
        ("mnist", tmp_path, "is a folder: expected FILE"),
        ("arrays", tmp_path / "nowhere.npy", r"nowhere\.npy: no such file"),
    ]:
        with pytest.raises(UserError, match=message):
            check(config(name, path))
