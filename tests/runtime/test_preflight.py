"""Checks before TensorFlow is imported: files of datasets, and TF_CONFIG, which makes a process one of several."""

import json

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.runtime.preflight import check, joins_workers
from ganae_cli.runtime.workers import Cluster


def tf_config(index, *workers):
    return json.dumps({"cluster": {"worker": list(workers)}, "task": {"type": "worker", "index": index}})


def test_a_cluster_is_joined_unless_another_strategy_is_chosen(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", tf_config(1, "a:1", "b:1"))
    two = Cluster(("a:1", "b:1"), rank=1)
    assert [joins_workers(name) for name in ("auto", "multi_worker", "mirrored", "none")] == [two, two, None, None]


def test_one_worker_alone_needs_no_strategy(monkeypatch):
    """A job of one machine on Vertex AI."""
    told = {"cluster": {"chief": ["a:1"]}, "environment": "cloud", "task": {"type": "chief", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(told))
    assert [joins_workers(name) for name in ("auto", "multi_worker")] == [None, None]


def test_several_workers_need_the_variable(monkeypatch):
    for text in ("", "{}", '{"environment": "cloud"}'):
        monkeypatch.setenv("TF_CONFIG", text)
        assert joins_workers("auto") is None
        with pytest.raises(UserError, match="hardware=multi_worker needs the variable TF_CONFIG"):
            joins_workers("multi_worker")


def test_a_variable_that_is_not_sound_is_refused_where_it_counts(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "{bad")
    for strategy in ("auto", "multi_worker"):
        with pytest.raises(UserError, match="TF_CONFIG is not JSON"):
            joins_workers(strategy)
    assert joins_workers("none") is None


def config(name, path):
    dataset = {"name": name} if path is None else {"name": name, "path": str(path)}
    return OmegaConf.create({"hardware": {"strategy": "none"}, "dataset": dataset})


def test_a_dataset_needs_its_file(tmp_path):
    (tmp_path / "x.npy").touch()
    check(config("digits", None))
    check(config("arrays", tmp_path / "x.npy"))
    check(config("image_folder", tmp_path))
    check(config("audio_folder", tmp_path))
    for name, path, message in [
        (
            "audio_folder",
            None,
            r"dataset 'audio_folder' needs a folder or a \.zip of recordings: dataset\.path=FOLDER$",
        ),
        ("audio_folder", tmp_path / "nowhere", r"nowhere: no such folder or \.zip$"),
        ("arrays", None, r"dataset 'arrays' needs a file: dataset\.path=FILE\.npy"),
        ("tabular", None, r"dataset 'tabular' needs a file: dataset\.path=FILE\.csv or dataset\.path=FILE\.parquet"),
        ("tabular", tmp_path, r"is a folder: expected FILE\.csv or FILE\.parquet$"),
        ("mnist", tmp_path, "is a folder: expected FILE.*for a folder of pictures, type dataset=image_folder"),
        ("image_folder", None, r"dataset 'image_folder' needs a folder or a \.zip of pictures"),
        ("image_folder", tmp_path / "x.npy", r"x\.npy is a file of arrays: type dataset=arrays"),
        ("image_folder", tmp_path / "nowhere", r"nowhere: no such folder or \.zip"),
        ("arrays", tmp_path / "nowhere.npy", r"nowhere\.npy: no such file"),
    ]:
        with pytest.raises(UserError, match=message):
            check(config(name, path))
