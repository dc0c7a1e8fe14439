"""Checks before TensorFlow is imported: TF_CONFIG makes a process one of several, and a batch of images needs room."""

import json

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.runtime import process
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
