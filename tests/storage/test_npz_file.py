"""NumPy archives of a run folder: what is compressed, declares more than it holds, or holds objects is refused."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.npz_file import read_stored

MOST = 2**20


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array))
    return file.getvalue()


def header(text, version=b"\x01\x00"):
    text = text.encode() if isinstance(text, str) else text
    return b"\x93NUMPY" + version + struct.pack("<H" if version[0] == 1 else "<I", len(text)) + text


def shaped(shape, descr="'<f4'"):
    return header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n") + b"\0" * 16


ATTACKS = {
    "40 GB declared": (shaped("(10000000000,)"), "declares 40,000,000,000 bytes of numbers and holds 16"),
    "a product that runs over": (shaped("(4294967296, 4294967296)"), "bytes of numbers and holds 16"),
    "a negative side": (shaped("(-4,)"), "shape"),
    "a side that is true": (shaped("(True, 4)"), ""),
    "deep brackets": (header("(" * 9000 + ")" * 9000), ""),
    "many signs": (header("-" * 9000 + "1"), ""),
    "a long header": (header("{" + " " * 60000 + "}"), "may not be safe to load"),
    "code": (header("__import__('os').system('touch x')"), ""),
    "no literal": (header("{'descr': f(), 'fortran_order': False, 'shape': (4,)}"), ""),
    "an open bracket": (header("{'descr': ("), ""),
    "not text": (header(b"\xff\xfe{"), ""),
    "another key": (header("{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'x': 1}"), ""),
    "no such type": (shaped("(4,)", "'<q9'"), ""),
    "objects": (shaped("(4,)", "'|O'"), "holds Python objects"),
    "objects within": (shaped("(4,)", "[('a', '|O')]"), "holds Python objects"),
    "version 3": (header("{}", b"\x03\x00"), "version 3.0"),
    "nothing": (b"", ""),
    "text": (b"hello", ""),
}


@pytest.mark.parametrize("case", ATTACKS)
def test_a_header_is_checked_before_anything_is_allocated(tmp_path, case):
    content, reason = ATTACKS[case]
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", content)
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=rf"cannot read .*a\.npz: .*{reason}") as error:
            read_stored(tmp_path / "a.npz", MOST)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 600


def test_a_bomb_is_not_inflated(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, x=np.zeros(10**7))
    with pytest.raises(UserError, match="its arrays are larger than the file"):
        read_stored(path, MOST)
    np.savez_compressed(path, x=np.frombuffer(np.random.default_rng(0).bytes(800)))
    with pytest.raises(UserError, match=r"'x\.npy' is compressed"):
        read_stored(path, MOST)


@pytest.mark.parametrize("names", [["a.npy", "a.npy"], ["a.txt"], ["a.npy"] * 3])
def test_members_that_are_no_arrays_or_twice_there(tmp_path, names):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive, pytest.warns() if len(names) > 1 else io.BytesIO():
        for name in names:
            archive.writestr(name, npy([1.0]))
    with pytest.raises(UserError, match=r"two of one name|no array"):
        read_stored(tmp_path / "a.npz", MOST)


def test_a_name_that_leads_out_of_the_folder_is_a_name_only(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.npz", "w") as archive:
        for name in ("../../evil.npy", "/tmp/evil.npy", "a\x1b[2J.npy"):
            archive.writestr(name, npy([1.0]))
    assert set(read_stored(folder / "a.npz", MOST)) == {"../../evil", "/tmp/evil", "a\x1b[2J"}
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "a.npz"]


def test_what_savez_writes_is_read_to_the_last_bit(tmp_path):
    arrays = {"a": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "b": np.zeros((0, 2), np.uint8), "c": np.array("x")}
    np.savez(tmp_path / "a.npz", **arrays)
    found = read_stored(tmp_path / "a.npz", MOST)
    assert all(np.array_equal(found[key], arrays[key]) and found[key].dtype == arrays[key].dtype for key in arrays)
    with pytest.raises(UserError, match="expected at most 100"):
        read_stored(tmp_path / "a.npz", 100)
