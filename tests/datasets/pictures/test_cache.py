"""Decoded pictures in the user's cache: what counts for the key, what is not trusted, and what is deleted."""

import json
import os

import numpy as np
import pytest

from ganae_cli.datasets.pictures import cache
from ganae_cli.datasets.pictures.cache import Cache, Facts, fingerprint, key
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.tree import Entry
from ganae_cli.errors import UserError

FACTS = Facts((4, 5), 3, 1, {"a\n\udcff.png": "it is empty"})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_every_fact_of_a_file_and_every_option_counts():
    entry = Entry("a.png", 3, 5)
    entries = [[entry], [], [entry._replace(name="b.png")], [entry._replace(size=4)], [entry._replace(stamp=6)]]
    keys = {key(one, (8, 8), "crop") for one in entries} | {key([entry], (8, 8), "pad"), key([entry], None, "crop")}
    assert len(keys) == 7
    assert key([entry], (8, 8), "crop") == key([Entry("a.png", 3, 5)], (8, 8), "crop")


def test_facts_and_pixels_come_back(folder):
    kept = Cache("name")
    assert (kept.facts(), kept.pixels((2, 1, 3, 1))) == (None, None)
    kept.write_facts(FACTS)
    kept.pixels_file.write_bytes(bytes(range(6)))
    again = Cache("name")
    assert again.facts() == FACTS
    assert again.pixels((2, 1, 3, 1)).tolist() == [[[[0], [1], [2]]], [[[3], [4], [5]]]]
    assert again.pixels((2, 1, 4, 1)) is None, "a file of another size is none of these"
    assert Cache("other").facts() is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"size": 3}', json.dumps({"size": ["x", 1], "faults": {}}), "\0"])
def test_a_damaged_file_is_as_none(folder, content):
    kept = Cache("name")
    kept.facts_file.write_text(content)
    assert kept.facts() is None


def test_what_others_can_write_is_not_trusted(folder):
    kept = Cache("name")
    kept.write_facts(FACTS)
    kept.facts_file.chmod(0o666)
    assert kept.facts() is None
    folder.chmod(0o777)
    assert "others can write to" in Cache("name").fault
    folder.chmod(0o700)
    (folder / "link.json").symlink_to(folder / "name.json")
    assert Cache("link").facts() is None


def test_off_and_full(folder, monkeypatch):
    assert "free, and" in Cache("name").lacks_room(10**18)
    assert Cache("name").lacks_room(10) is None
    monkeypatch.setenv(cache.VARIABLE, "off")
    kept = Cache("name")
    kept.write_facts(FACTS)
    assert (kept.facts(), kept.pixels((1,))) == (None, None)
    assert kept.lacks_room(1) == "GANAE_PICTURE_CACHE is off"


def test_the_oldest_are_deleted(folder, monkeypatch):
    monkeypatch.setattr(cache, "MOST_PIXELS", 2)
    Cache("x")
    for age, name in enumerate(("new.u8", "middle.u8", "old.u8", ".tmp-fresh.u8", ".tmp-left.u8")):
        (folder / name).write_bytes(b"1")
        os.utime(folder / name, (1e9 - age, 1e9 - age))
    os.utime(folder / ".tmp-fresh.u8")
    assert Cache("old").pixels((1,)) is not None  # and so it is the one that was used last
    Cache("x").write_facts(FACTS)
    assert sorted(path.name for path in folder.iterdir()) == [".tmp-fresh.u8", "new.u8", "old.u8", "x.json"]


def test_a_fingerprint_is_of_names_sizes_and_content(fill):
    def of(files, name):
        tree = FolderTree(fill(files, name))
        return fingerprint(tree, tree.entries)

    first = of({"a.png": b"1", "b/c.png": b"2"}, "first")
    assert first == of({"in/side/a.png": b"1", "in/side/b/c.png": b"2"}, "second")
    others = [{"a.png": b"1", "b/d.png": b"2"}, {"a.png": b"1", "b/c.png": b"3"}, {"a.png": b"1", "b/c.png": b"22"}]
    assert len({first, *(of(files, str(number)) for number, files in enumerate(others))}) == 4
    tree = FolderTree(fill({}, "first"))
    (tree.path / "a.png").unlink()
    with pytest.raises(UserError, match=r"a\.png cannot be read: no such file"):
        fingerprint(tree, tree.entries)


def test_pixels_are_mapped(folder):
    kept = Cache("name")
    kept.pixels_file.write_bytes(b"123")
    assert isinstance(kept.pixels((3,)), np.memmap)
