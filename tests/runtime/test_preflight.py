"""TF_CONFIG: when a process is one of several, and what is refused."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime.preflight import joins_workers


def told(index, *workers):
    return json.dumps({"cluster": {"worker": list(workers)}, "task": {"type": "worker", "index": index}})


def test_a_cluster_is_joined_unless_another_strategy_is_chosen(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", told(1, "a:1", "b:1"))
    assert [joins_workers(name) for name in ("auto", "multi_worker", "mirrored", "none")] == [True, True, False, False]


@pytest.mark.parametrize("text", ["", " ", "{}", '{"cluster": {}}', '{"environment": "cloud"}'])
def test_a_variable_without_a_cluster_is_as_none(monkeypatch, text):
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
        (told(2, "a:1", "b:1"), "names no workers"),
    ],
)
def test_a_torn_variable_is_refused(monkeypatch, text, message):
    monkeypatch.setenv("TF_CONFIG", text)
    for strategy in ("auto", "multi_worker"):
        with pytest.raises(UserError, match=message):
            joins_workers(strategy)
    assert joins_workers("none") is False
