"""Where decoded pictures are kept: the same pixels from each place, and no file is read twice without need."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from ganae_cli.datasets import room
from ganae_cli.datasets.pictures import cache, source
from ganae_cli.datasets.pictures import load as module
from ganae_cli.datasets.pictures.archive import ZipTree
from ganae_cli.datasets.pictures.decode import pixels
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.load import Options, load
from ganae_cli.datasets.pictures.source import Pictures
from ganae_cli.datasets.pictures.tree import Unreadable
from ganae_cli.errors import UserError

RANDOM = np.random.default_rng(0).integers(0, 256, (12, 6, 5, 3)).astype(np.uint8)


@pytest.fixture
def tree(fill, encode):
    path = fill({f"{i:02d}.png": encode(image) for i, image in enumerate(RANDOM)})
    return lambda: FolderTree(path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def decoded(monkeypatch):
    """Return the list of the files that were decoded."""
    names, images_of = [], Pictures.images_of
    monkeypatch.setattr(Pictures, "images_of", lambda self, entry: names.append(entry.name) or images_of(self, entry))
    return names


def files(folder):
    return sorted(path.suffix for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("place", ["memory", "disk", "none", "auto"])
def test_the_same_pixels_from_each_place(tree, folder, decoded, place):
    for times in (1, 2):
        found = load(tree(), Options(cache=place))
        assert np.array_equal(found.pixels[:], RANDOM)
        assert len(found.entries) == 12
        again = place == "disk" and times == 2
        assert len(decoded) == (12 * times if not again else 12)
    assert files(folder) == ([".json", ".u8"] if place == "disk" else [])
    assert isinstance(found.pixels, Pictures if place == "none" else np.ndarray)


@pytest.mark.parametrize("place", ["auto", "none"])
def test_what_took_long_is_kept(tree, folder, decoded, monkeypatch, place):
    """Without a place for pixels, it is kept which files can be read."""
    monkeypatch.setattr(module, "SLOW", 0.0)
    for _ in range(2):
        found = load(tree(), Options(cache=place))
        assert np.array_equal(found.pixels[:], RANDOM)
        assert len(decoded) == 12
    assert files(folder) == ([".json", ".u8"] if place == "auto" else [".json"])


@pytest.mark.parametrize("change", [{"size": (3, 3)}, {"channels": 1}, {"size": (6, 6), "resize": "pad"}])
def test_other_options_are_other_pixels(tree, folder, decoded, change):
    before = load(tree(), Options(cache="disk")).pixels
    after = load(tree(), Options(cache="disk", **change)).pixels
    assert after.shape != before.shape
    assert len(decoded) == 24


def test_a_changed_file_is_decoded_again(tree, folder, encode):
    load(tree(), Options(cache="disk"))
    path = tree().path / "03.png"
    path.write_bytes(encode(RANDOM[0]))
    os.utime(path, ns=(1, 1))
    assert (load(tree(), Options(cache="disk")).pixels[3] == RANDOM[0]).all()


def test_a_file_that_another_one_of_the_same_size_and_time_replaces_is_decoded_again(tree, folder, encode):
    """As `cp -p` does; BMP has the same size whatever it shows."""
    path = tree().path / "03.bmp"
    for number in (3, 0):
        (tree().path / "new").write_bytes(encode(RANDOM[number], "BMP"))
        os.utime(tree().path / "new", ns=(10**18, 10**18))
        (tree().path / "new").rename(path)
        assert (load(tree(), Options(cache="disk")).pixels[3] == RANDOM[number]).all()


@pytest.mark.parametrize("skips", [True, False])
def test_a_fault_that_is_gone(tree, folder, monkeypatch, skips):
    """Too little memory, a disk that does not answer: what is kept of an earlier run is looked at again."""
    with monkeypatch.context() as patched:
        patched.setattr(source, "one", failing)
        assert len(load(tree(), Options(cache="disk", skip_unreadable=True)).entries) == 11
        assert list(load(tree(), Options(cache="disk", skip_unreadable=True)).facts.faults) == ["05.png"]
    found = load(tree(), Options(cache="disk", skip_unreadable=skips))
    assert (len(found.entries), found.facts.faults) == (12, {})
    assert np.array_equal(found.pixels, RANDOM)


def failing(tree, entry, wanted):
    if entry.name == "05.png":
        raise Unreadable("input/output error")
    return pixels(tree.read(entry), wanted)


def test_large_pictures_go_to_a_file_or_are_not_kept(tree, folder, monkeypatch):
    monkeypatch.setattr(module, "IN_MEMORY", 100)
    found = load(tree(), Options())
    assert isinstance(found.pixels, np.memmap)
    assert np.array_equal(found.pixels, RANDOM)
    monkeypatch.setattr(cache, "SPARE", 10**18)  # a small disk
    (folder / next(path.name for path in folder.glob("*.u8"))).unlink()
    assert isinstance(load(tree(), Options()).pixels, np.ndarray)
    monkeypatch.setattr(module, "available_memory", lambda: 1000)
    found = load(tree(), Options())
    assert isinstance(found.pixels, Pictures)
    assert found.notes[0].startswith("pictures are decoded anew in each epoch: they take 0 MB, and ")


def test_a_place_that_is_asked_for_and_cannot_be_had(tree, folder, monkeypatch):
    monkeypatch.setattr(cache, "SPARE", 10**18)
    with pytest.raises(UserError, match=r"dataset\.cache=disk: .* are needed; the variable GANAE_PICTURE_CACHE names"):
        load(tree(), Options(cache="disk"))
    monkeypatch.setattr(room, "available_memory", lambda: 1000)
    with pytest.raises(UserError, match=r"dataset\.cache=memory asks for"):
        load(tree(), Options(cache="memory"))


def test_a_disk_that_is_full_in_the_middle(tree, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ganae_cli.storage.atomic._sync", full)
    with pytest.raises(UserError, match=r"cannot write .*\.u8: No space left on device; .*dataset\.cache=none goes"):
        load(tree(), Options(cache="disk"))
    assert files(folder) == []


@pytest.mark.parametrize("place", ["memory", "disk", "none"])
def test_files_that_cannot_be_read(tree, folder, encode, place):
    """Two are known by their headers, one only when its pixels are decoded."""
    own = tree().path
    (own / "00.png").write_bytes(b"")
    (own / "05.png").write_bytes(b"a text")
    (own / "07.png").write_bytes(encode(RANDOM[7])[:-60])
    with pytest.raises(UserError) as error:
        load(FolderTree(own), Options(cache=place))
    assert str(error.value) == (
        f"dataset.path={own}: 2 of 12 files cannot be read, the first is 00.png: it is empty; mend or remove them "
        "(ganae data check names all), or type dataset.skip_unreadable=true"
    )
    for _ in range(2):
        found = load(FolderTree(own), Options(cache=place, skip_unreadable=True))
        assert list(found.facts.faults) == ["00.png", "05.png", "07.png"]
        assert np.array_equal(found.pixels[:], RANDOM[[1, 2, 3, 4, 6, 8, 9, 10, 11]])
    (own / "00.png").unlink()
    (own / "05.png").unlink()
    for _ in range(2):
        with pytest.raises(UserError, match=r"1 of 10 files cannot be read, the first is 07\.png: .*truncated"):
            load(FolderTree(own), Options(cache=place))


@pytest.mark.parametrize("place", ["memory", "disk", "none"])
def test_files_of_a_zip_that_cannot_be_read(tree, folder, tmp_path, place):
    for name in ("00.png", "05.png"):
        (tree().path / name).write_bytes(b"")
    packed = ZipTree(Path(shutil.make_archive(str(tmp_path / "own"), "zip", tree().path)))
    found = load(packed, Options(cache=place, skip_unreadable=True))
    assert np.array_equal(found.pixels[:], RANDOM[[1, 2, 3, 4, 6, 7, 8, 9, 10, 11]])


def test_a_broken_file_is_no_other_size(tree, folder, encode):
    """Its header says 9 x 9, and its pixels are not there."""
    (tree().path / "x.png").write_bytes(encode(np.resize(RANDOM, (9, 9, 3)))[:-60])
    found = load(tree(), Options(skip_unreadable=True))
    assert np.array_equal(found.pixels, RANDOM)
    assert list(found.facts.faults) == ["x.png"]
    with pytest.raises(UserError, match=r"1 of 13 files cannot be read, the first is x\.png: "):
        load(tree(), Options())
    (tree().path / "y.png").write_bytes(encode(np.zeros((9, 9, 3))))
    with pytest.raises(UserError, match=r"has pictures of 2 sizes \(12 of 6x5, 1 of 9x9; height x width\)"):
        load(tree(), Options(skip_unreadable=True))


def test_nothing_can_be_read(fill, folder):
    tree = FolderTree(fill({"a.png": b"", "b.png": b"x"}))
    for skips in (False, True):
        with pytest.raises(UserError, match=r"2 of 2 files cannot be read, the first is a\.png: it is empty$"):
            load(tree, Options(skip_unreadable=skips))


def test_two_runs_at_once(tree, folder):
    """Both decode, both write, and each maps a whole file."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: load(tree(), Options(cache="disk")).pixels[:], range(8)))
    assert all(np.array_equal(one, RANDOM) for one in found)
    assert files(folder) == [".json", ".u8"]
