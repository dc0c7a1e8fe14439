"""Files of arrays in the user's cache: whole or not at all, bounded, and done without where it cannot be used."""

import os

import numpy as np
import pytest

from ganae_cli.features import kept_arrays
from ganae_cli.features.kept_arrays import KeptArrays

ARRAYS = {"a": np.arange(6.0).reshape(2, 3), "b": np.array(3)}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_TEST_CACHE", str(tmp_path / "cache"))
    return KeptArrays("GANAE_TEST_CACHE", "tests", "tests", most_files=3, most_bytes=10_000)


def test_what_is_written_is_read(kept):
    path = kept.place("name")
    assert kept.read(path) is None
    kept.write(path, ARRAYS)
    found = kept.read(path)
    assert set(found) == {"a", "b"}
    assert all(np.array_equal(found[name], one) and found[name].dtype == one.dtype for name, one in ARRAYS.items())
    assert [one.name for one in path.parent.iterdir()] == ["name.npz"]


@pytest.mark.parametrize("damage", ["torn", "empty", "text", "pickle", "flipped", "link", "others can write"])
def test_a_file_that_is_not_whole_or_not_the_users_counts_as_none(kept, damage, tmp_path):
    path = kept.place("name")
    kept.write(path, ARRAYS)
    content = bytearray(path.read_bytes())
    if damage == "pickle":
        np.savez(path, a=np.array([{}], object))
    elif damage == "link":
        path.rename(tmp_path / "elsewhere.npz")
        path.symlink_to(tmp_path / "elsewhere.npz")
    elif damage == "others can write":
        path.chmod(0o666)
    else:
        content[content.index(b"\xf0\x3f")] ^= 4  # in the number 1.0
        path.write_bytes({"torn": content[:-30], "empty": b"", "text": b"x", "flipped": content}[damage])
    assert kept.read(path) is None


@pytest.mark.parametrize("place", ["off", "file"])
def test_a_cache_that_cannot_be_used_is_done_without(tmp_path, monkeypatch, place):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GANAE_TEST_CACHE", "off" if place == "off" else str(tmp_path / "file"))
    said = []
    assert KeptArrays("GANAE_TEST_CACHE", "tests", "tests", 3).place("name", said.append) is None
    assert len(said) == (place == "file")
    assert all(line.startswith("ganae: warning: no cache of tests: ") for line in said)


def test_those_that_were_not_used_for_longest_are_deleted(kept):
    paths = [kept.place(str(i)) for i in range(4)]
    for age, path in enumerate(paths[:3]):
        kept.write(path, ARRAYS)
        os.utime(path, (1000 + age, 1000 + age))
    kept.read(paths[0])  # used just now
    kept.write(paths[3], ARRAYS)
    assert [path.exists() for path in paths] == [True, False, True, True]


def test_all_files_together_are_bounded(kept):
    large = {"a": np.zeros(600)}  # 4.8 kB
    paths = [kept.place(str(i)) for i in range(3)]
    for age, path in enumerate(paths):
        kept.write(path, large)
        os.utime(path, (1000 + age, 1000 + age))
    kept.write(kept.place("3"), ARRAYS)
    assert sum(path.stat().st_size for path in paths[0].parent.iterdir()) <= 10_000
    assert kept.place("3").exists()


def test_a_file_that_is_too_large_is_not_written(kept, monkeypatch):
    kept.write(kept.place("whole"), {"a": np.zeros(1300)})
    assert not kept.place("whole").exists()
    monkeypatch.setattr(kept_arrays, "MOST_OF_ONE", 40)
    kept.write(kept.place("one"), ARRAYS)
    assert not kept.place("one").exists()


def test_a_full_disk_costs_nothing_but_the_file(kept, monkeypatch):
    path = kept.place("name")

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", fail)
    kept.write(path, ARRAYS)
    assert list(path.parent.iterdir()) == []
