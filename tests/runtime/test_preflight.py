"""Checks before TensorFlow is imported: TF_CONFIG makes a process one of several, and a batch of images needs room."""

import json

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.runtime import preflight, process
from ganae_cli.runtime.preflight import check
from ganae_cli.runtime.workers.cluster import Cluster


def joins_workers(strategy, **hardware):
    return preflight.joins_workers({"strategy": strategy} | hardware)


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
        with pytest.raises(UserError, match="hardware=multi_worker: nothing names the workers"):
            joins_workers("multi_worker")


def test_a_variable_that_is_not_sound_is_refused_where_it_counts(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", "{bad")
    for strategy in ("auto", "multi_worker"):
        with pytest.raises(UserError, match="TF_CONFIG is not JSON"):
            joins_workers(strategy)
    assert joins_workers("none") is None


def test_a_list_in_the_config_comes_first_and_slurm_last(monkeypatch):
    for name, value in {"PROCID": "1", "NTASKS": "2", "JOB_NODELIST": "s[1-2]", "JOB_ID": "1"}.items():
        monkeypatch.setenv(f"SLURM_{name}", value)
    assert joins_workers("auto") is None, "tasks of a job may train a run each"
    assert joins_workers("multi_worker").named_by == "SLURM"
    monkeypatch.setenv("TF_CONFIG", tf_config(0, "a:1", "b:1"))
    assert joins_workers("multi_worker").named_by == "TF_CONFIG"
    named = joins_workers("auto", workers=["c:1", "d:1"], worker=1)
    assert (named.addresses, named.rank, named.named_by) == (("c:1", "d:1"), 1, "hardware.workers")


@pytest.mark.parametrize("strategy", ["auto", "multi_worker"])
def test_an_evaluator_has_nothing_to_do(monkeypatch, capsys, strategy):
    """Its job must not fail, or Kubeflow would start it again and again."""
    told = {"cluster": {"chief": ["a:1"], "worker": ["b:1"]}, "task": {"type": "evaluator", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(told))
    with pytest.raises(SystemExit) as ended:
        check(OmegaConf.create({"hardware": {"strategy": strategy}}))
    assert ended.value.code == 0
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith("this is the evaluator that TF_CONFIG names, and none is needed: the chief evaluates")
    check(config("digits"))


def config(name):
    return OmegaConf.create({"hardware": {"strategy": "none"}, "dataset": {"name": name}})


@pytest.mark.parametrize("size", [1000, [2000, 500]])
def test_images_that_no_batch_has_room_for(monkeypatch, size):
    """16 images in colour, real and generated, in float32: 16 * 1,000,000 * 3 * 2 * 4 bytes = 384 MB."""
    sized = OmegaConf.merge(config("digits"), {"dataset": {"image_size": size}, "train": {"batch_size": 16}})
    monkeypatch.setattr(process, "available_memory", lambda: 384 * 10**6)
    check(sized)
    monkeypatch.setattr(process, "available_memory", lambda: 384 * 10**6 - 1)
    with pytest.raises(UserError, match=r"^dataset\.image_size=.* a batch of 16 images .* takes 384 MB of memory"):
        check(sized)
    monkeypatch.setattr(process, "available_memory", lambda: None)
    check(sized)


def test_each_worker_has_its_part_of_the_batch(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", tf_config(1, "a:1", "b:1"))
    monkeypatch.setattr(process, "available_memory", lambda: 200 * 10**6)
    more = {"hardware": {"strategy": "auto"}, "dataset": {"image_size": 1000}, "train": {"batch_size": 16}}
    check(OmegaConf.merge(config("digits"), more))
