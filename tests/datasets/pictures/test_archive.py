"""The files of a .zip: names as anybody may write them, and what is refused before it is unpacked."""

import inspect
import stat
import tracemalloc
import warnings
import zipfile

import pytest

from ganae_cli.datasets.pictures import archive
from ganae_cli.datasets.pictures.archive import TWICE, ZipTree
from ganae_cli.datasets.pictures.tree import Unreadable
from ganae_cli.errors import UserError

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def pack(tmp_path):
    def write(files, method=zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "own.zip", "w", method) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that are there twice
            for name, content in files:
                archive.writestr(name, content)
        return tmp_path / "own.zip"

    return write


def read(tree):
    """Return name -> content, or why it cannot be read."""
    found = {}
    for entry in tree.entries:
        try:
            found[entry.name] = tree.read(entry)
        except Unreadable as error:
            found[entry.name] = str(error)
    return found


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_files_of_an_archive(pack, method):
    files = [("own/b/2.png", b"two"), ("own/a/1.JPG", b"one"), ("own/x", PNG), ("own/read.me", b"?"), ("own/c/", b"")]
    tree = ZipTree(pack([*files, ("__MACOSX/own/._x.png", b"?"), ("own/.DS_Store", b"?")], method))
    assert read(tree) == {"a/1.JPG": b"one", "b/2.png": b"two", "x": PNG}
    assert list(read(tree)) == ["a/1.JPG", "b/2.png", "x"]
    assert {kind: count for kind, count in tree.others.items() if count} == {".me": 1}
    assert [tree.read(entry, 2) for entry in tree.entries] == [b"on", b"tw", PNG[:2]]


def test_names_that_lead_out_of_it_are_names_only(pack, tmp_path):
    tree = ZipTree(pack([("../../up.png", b"up"), ("/root.png", b"root"), ("a\\b.png", b"ab"), ("..", b"?")]))
    assert read(tree) == {"up.png": b"up", "root.png": b"root", "a/b.png": b"ab"}
    assert [path.name for path in tmp_path.rglob("*")] == ["own.zip"]
    assert not list(tmp_path.parent.glob("*.png"))


def test_names_in_utf8_without_the_mark_for_it(pack):
    """As macOS packs them; names that are no UTF-8 are in code page 437, where 0x81 is ü."""
    path = pack([("caf__/1.png", b"1"), ("_ber/2.png", b"2"), ("größe/3.png", b"3")])
    made = path.read_bytes().replace(b"caf__", "café".encode()).replace(b"_ber", b"\x81ber")
    path.write_bytes(made)
    assert list(read(ZipTree(path))) == ["café/1.png", "größe/3.png", "über/2.png"]


def test_the_last_of_files_with_one_name_counts(pack):
    tree = ZipTree(pack([("a.png", b"old"), ("a.png", b"new"), ("./a.png", b"newest")]))
    assert read(tree) == {"a.png": b"newest"}
    assert tree.others[TWICE] == 2


def test_bombs_links_and_encrypted_files_are_not_unpacked(pack):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = pack([("bomb.png", b"\0" * 2**21), (link, b"/etc/passwd"), ("locked.png", b"secret"), ("sound.png", b"1")])
    made = bytearray(path.read_bytes())
    at = made.rindex(b"locked.png") - 46  # in the directory at the end: a file's flags are at 8 behind its beginning
    made[at + 8] |= 1
    path.write_bytes(made)
    assert read(ZipTree(path)) == {
        "bomb.png": f"it grows from {len_packed(path, 'bomb.png'):,} to 2,097,152 bytes when it is unpacked",
        "link.png": "it is a link, which is not followed in a .zip",
        "locked.png": "it is encrypted",
        "sound.png": b"1",
    }


def len_packed(path, name):
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo(name).compress_size


def test_a_file_that_claims_to_be_huge_is_refused(pack, monkeypatch):
    monkeypatch.setattr("ganae_cli.datasets.pictures.archive.MOST_BYTES", 5)
    assert read(ZipTree(pack([("a.png", b"12345"), ("b.png", b"123456")]))) == {
        "a.png": b"12345",
        "b.png": "it has 0 MB, more than 0 MB",
    }


def test_a_place_outside_of_the_archive(pack):
    path = pack([("a.png", b"1"), ("b.png", b"2")])
    made = bytearray(path.read_bytes())
    at = made.rindex(b"b.png") - 46
    made[at + 20 : at + 24] = b"\xff\xff\xff\x7f"  # its size, packed
    path.write_bytes(made)
    assert read(ZipTree(path)) == {"a.png": b"1", "b.png": "it lies behind the end of the .zip"}


def test_little_is_kept_of_each_file(pack):
    """A name of 15 letters, seven numbers of 8 bytes, and room to grow; zipfile keeps 600 bytes more."""
    path = pack([(f"own/{i % 9}/picture{i:06d}.png", b"1") for i in range(5000)])
    tracemalloc.start()
    tree = ZipTree(path)
    ours = [tracemalloc.Filter(True, inspect.getfile(module)) for module in (archive, zipfile)]  # no other thread's
    kept = sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces(ours).traces)
    tracemalloc.stop()
    assert len(tree.entries) == 5000
    assert kept / 5000 < 200


def test_damage_is_named(pack):
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = pack([("a.png", b"123456789"), ("b.png", b"sound")], method)
        made = bytearray(path.read_bytes())
        made[30 + len("a.png") + 3] ^= 1
        path.write_bytes(made)
        found = read(ZipTree(path))
        assert found["b.png"] == b"sound"
        assert "Error -3 while decompressing" in found["a.png"] or "its checksum is another one" in found["a.png"]
    made[0] ^= 1
    path.write_bytes(made)
    assert read(ZipTree(path))["a.png"] == "its header is damaged"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(UserError, match=r"own\.zip cannot be read as a \.zip: File is not a zip file"):
        ZipTree(path)
