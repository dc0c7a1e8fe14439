"""`sampler.npz`: arrays and what they belong to, whole or not there, and no pickle."""

import os

import numpy as np
import pytest

from ganae_cli.errors import UserError
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


def test_none_reads_as_none(sampler):
    assert sampler.read() == ({}, {})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive"])
def test_a_damaged_one_is_one_line(sampler, content):
    sampler.path.write_bytes(content)
    with pytest.raises(UserError, match=r"cannot read .*sampler\.npz") as error:
        sampler.read()
    assert "\n" not in str(error.value)


ABOUT = {"about_sampler": "gmm", "about_count": 5, "about_step": 1, "about_sha256": "ab"}
WRONG = dict(zip(ABOUT, ([3, b"x"], ["5", -1, 1.5], [None], [[["a"]]]), strict=True))


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_a_fact_of_another_kind_is_named(sampler, key, value):
    facts = {name: one for name, one in (ABOUT | {key: value}).items() if one is not None}
    np.savez(sampler.path, **facts, means=np.zeros(3))
    with pytest.raises(UserError, match=f"it does not say its '{key.removeprefix('about_')}'"):
        sampler.read()


def test_objects_are_not_read(sampler):
    np.savez(sampler.path, means=np.array([{}], dtype=object))
    with pytest.raises(UserError, match="holds Python objects, which can run code"):
        sampler.read()


def test_arrays_beyond_the_memory_are_refused_before_they_are_read(sampler):
    write(sampler, arrays={"codes": np.zeros(1000)})
    assert sampler.read(most=20_000)[1]["codes"].shape == (1000,)
    with pytest.raises(UserError, match=r"its arrays have [\d,]+ bytes, expected at most 7,000"):
        sampler.read(most=7_000)
    assert sampler.about() == sampler.read()[0]
