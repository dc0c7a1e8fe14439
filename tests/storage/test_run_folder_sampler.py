"""`sampler.npz`: arrays and what they belong to, whole or not there, and no pickle."""

import os

import numpy as np
import pytest

from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.run_folder import RunFolder

ARRAYS = {"means": np.arange(6.0).reshape(2, 3), "starts": np.arange(4, dtype=np.uint8)}


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path)


def write(folder, step=30, arrays=ARRAYS):
    folder.write_sampler("gmm", 1498, Checkpoint(folder.path / "w", {"step": step, "sha256": f"{step:064d}"}), arrays)


def test_what_was_written_is_read(folder):
    write(folder)
    about, arrays = folder.read_sampler()
    assert about == {"sampler": "gmm", "count": 1498, "step": 30, "sha256": f"{30:064d}"}
    assert arrays.keys() == ARRAYS.keys()
    for key, value in ARRAYS.items():
        assert arrays[key].dtype == value.dtype
        assert np.array_equal(arrays[key], value)
    assert [path.name for path in folder.path.iterdir()] == ["sampler.npz"]


def test_a_newer_one_takes_its_place(folder):
    write(folder, 30)
    write(folder, 60, {"codes": np.zeros(2)})
    about, arrays = folder.read_sampler()
    assert (about["step"], list(arrays)) == (60, ["codes"])


def test_a_kill_while_it_is_written_leaves_the_one_before(folder, monkeypatch):
    write(folder, 30)

    def die(*given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            write(folder, 60)
    assert folder.read_sampler()[0]["step"] == 30


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 torn", b"no archive"])
def test_none_or_a_damaged_one_reads_as_none(folder, content):
    if content is not None:
        folder.sampler.write_bytes(content)
    assert folder.read_sampler() == ({}, {})


def test_objects_are_not_read(folder):
    np.savez(folder.sampler, means=np.array([{}], dtype=object))
    assert folder.read_sampler() == ({}, {})
