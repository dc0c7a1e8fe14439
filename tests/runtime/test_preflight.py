"""Checks before TensorFlow is imported: TF_CONFIG makes a process one of several."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime.preflight import joins_workers
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
