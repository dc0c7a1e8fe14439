"""`sampler.npz`: arrays and what they belong to, whole or not there, and no pickle."""

import os

import numpy as np
import pytest

from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.sampler_file import SamplerFile

ARRAYS = {"means": np.arange(6.0).reshape(2, 3), "starts": np.arange(4, dtype=np.uint8)}


@pytest.fixture
def sampler(tmp_path):
    return SamplerFile(tmp_path / "sampler.npz")


def write(sampler, step=30, arrays=ARRAYS):
    checkpoint = Checkpoint(sampler.path.with_name("w"), {"step": step, "sha256": f"{step:064d}"})
    sampler.write("gmm", 1498, checkpoint, arrays)


def test_what_was_written_is_read(sampler):
    write(sampler)
    about, arrays = sampler.read()
    assert about == {"sampler": "gmm", "count": 1498, "step": 30, "sha256": f"{30:064d}"}
    assert arrays.keys() == ARRAYS.keys()
    for key, value in ARRAYS.items():
        assert arrays[key].dtype == value.dtype
        assert np.array_equal(arrays[key], value)
    assert [path.name for path in sampler.path.parent.iterdir()] == ["sampler.npz"]


def test_a_newer_one_takes_its_place(sampler):
    write(sampler, 30)
    write(sampler, 60, {"codes": np.zeros(2)})
    about, arrays = sampler.read()
    assert (about["step"], list(arrays)) == (60, ["codes"])


def test_a_kill_while_it_is_written_leaves_the_one_before(sampler, monkeypatch):
    write(sampler, 30)

    def die(*given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            write(sampler, 60)
    assert sampler.read()[0]["step"] == 30


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 torn", b"no archive"])
def test_none_or_a_damaged_one_reads_as_none(sampler, content):
    if content is not None:
        sampler.path.write_bytes(content)
    assert sampler.read() == ({}, {})


def test_objects_are_not_read(sampler):
    np.savez(sampler.path, means=np.array([{}], dtype=object))
    assert sampler.read() == ({}, {})
