"""The workers that TF_CONFIG names, as Vertex AI and Kubeflow write it."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.runtime.workers.tf_config import cluster, is_evaluator


def told(cluster, kind="worker", index=0, **more):
    return json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}} | more)


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        (told({"worker": ["a:1", "b:2", "c:3"]}, index=2), 2),
        (told({"chief": ["a:1"], "worker": ["b:2", "c:3"]}, "chief"), 0),
        (told({"worker": ["b:2", "c:3"], "chief": ["a:1"]}, index=1, environment="cloud", job="{}"), 2),
        (told({"chief": ["a:1"], "worker": ["b:2", "c:3"], "evaluator": ["d:4"]}, index=0), 1),
        (told({"master": ["a:1"], "worker": ["b:2", "c:3"]}, "master"), 0),
        (told({"master": ["a:1"], "worker": ["b:2", "c:3"]}, index=1), 2),
    ],
)
def test_ranks_begin_with_the_chief(monkeypatch, text, rank):
    """As Vertex AI and Kubeflow write the variable: an evaluator beside the cluster is no worker."""
    monkeypatch.setenv("TF_CONFIG", text)
    assert cluster() == Cluster(("a:1", "b:2", "c:3"), rank)


@pytest.mark.parametrize("text", ["", " ", "{}", '{"cluster": {}}', '{"environment": "cloud"}', '{"cluster": null}'])
def test_a_variable_without_a_cluster_counts_as_missing(monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    assert cluster() is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{bad", r"is not JSON \(Expecting property name"),
        ("[1]", "names no workers and which one this is"),
        ("3", "names no workers"),
        ('{"cluster": {"worker": ["a:1"]}}', "names no workers"),
        ('{"cluster": ["a:1"], "task": {"type": "worker", "index": 0}}', "names no workers"),
        ('{"cluster": {"worker": ["a:1"]}, "task": 0}', "names no workers"),
        (told({"worker": ["a:1", "b:1"]}, index=2), "names no worker of index 2"),
        (told({"worker": ["a:1", "b:1"]}, index=-1), "names no worker of index -1"),
        (told({"worker": ["a:1", "b:1"]}, index="0"), "names no worker of index '0'"),
        (told({"worker": ["a:1", "b:1"]}, "chief"), "names no chief of index 0"),
        (told({"worker": "a:1"}), 'has "a:1" where a list of addresses HOST:PORT'),
        (told({"worker": ["a:1", "b"]}), 'names the address "b", which is not HOST:PORT'),
        (told({"worker": ["a:1", "b:99999"]}), 'names the address "b:99999"'),
        (told({"worker": ["a:1", 7]}), "names the address 7"),
        (told({"worker": ["a:1", "a:1"]}), "two chiefs, or an address twice"),
        (told({"chief": ["a:1"], "master": ["b:1"]}, "chief"), "two chiefs, or an address twice"),
        (told({"chief": ["a:1", "b:1"]}, "chief"), "two chiefs, or an address twice"),
        (told({"worker": ["a:1"], "ps": ["b:1"]}), "a task of type 'ps': ganae trains with a chief and workers alone"),
        (told({"worker": ["a:1"], "ps": ["b:1"]}, "ps"), "a task of type 'ps'"),
    ],
)
def test_a_variable_that_is_not_sound_is_refused(monkeypatch, text, message):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(UserError, match=message) as refused:
        cluster()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("jobs", [{"chief": ["a:1"], "worker": ["b:2"]}, {"chief": ["a:1"], "evaluator": ["d:4"]}])
def test_an_evaluator_is_no_worker(monkeypatch, jobs):
    """Kubeflow lists it among the tasks, older TensorFlow left it out."""
    monkeypatch.setenv("TF_CONFIG", told(jobs, "evaluator"))
    assert (cluster(), is_evaluator()) == (None, True)
    monkeypatch.setenv("TF_CONFIG", told(jobs, "chief"))
    assert not is_evaluator()
