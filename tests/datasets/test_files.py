"""Reading of NumPy files: arrays by name, a path in the home folder, and what is refused."""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ganae_cli.datasets import files
from ganae_cli.datasets.arrays import arrays
from ganae_cli.datasets.files import read, shapes
from ganae_cli.errors import UserError

GREY = np.random.default_rng(0).integers(0, 256, (20, 10, 12), dtype=np.uint8)


def test_one_array_or_arrays_by_name(save_npy, save_npz):
    assert (read(Path(save_npy(GREY))) == GREY).all()
    held = read(Path(save_npz(a=GREY, b=np.arange(3))))
    assert list(held) == ["a", "b"]
    assert (held["a"] == GREY).all()
    assert held["b"].tolist() == [0, 1, 2]


def test_a_path_may_begin_at_home(save_npy, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    save_npy(GREY)
    assert arrays(path="~/x.npy").shape == (10, 12, 1)


def test_unreadable_files_are_refused(tmp_path, save_npz):
    whole = Path(save_npz(x=np.zeros((50, 50)))).read_bytes()
    for name, content, message in [
        ("cut.npz", whole[: len(whole) // 2], "cannot be read"),
        ("text.npz", b"hello", "cannot be read"),
        ("empty.npy", b"", "cannot be read"),
        ("x.gz", gzip.compress(b"hello"), "ends in .npy or .npz"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=message) as error:
            arrays(path=str(tmp_path / name))
        assert name in str(error.value)
        assert "\n" not in str(error.value)
    with pytest.raises(UserError, match=r"nowhere\.npz: no such file"):
        arrays(path=str(tmp_path / "nowhere.npz"))


def test_python_objects_are_never_loaded(save_npy):
    """Unpickling can run code."""
    with pytest.raises(UserError, match="it holds Python objects"):
        read(Path(save_npy(np.array([{}, []], object))))


@pytest.fixture
def small_limit(monkeypatch):
    """Take arrays above 1 kB for large ones."""
    monkeypatch.setattr(files, "IN_MEMORY", 1000)


@pytest.mark.parametrize("name", ["x", "xy", "xyz", "x" * 29])
@pytest.mark.parametrize("order", ["C", "F"])
def test_large_arrays_are_mapped(name, order, save_npz, save_npy, small_limit):
    """Names of several lengths, since the numbers of an archive begin at any byte."""
    array = np.asarray(np.random.default_rng(0).random((20, 5, 4)), order=order)
    held = read(Path(save_npz(**{name: array, "few": np.arange(3)})))
    for found in (held[name], read(Path(save_npy(array)))):
        assert isinstance(found, np.memmap)
        assert (found == array).all()
        assert (found[[7, 3]] == array[[7, 3]]).all()
    assert not isinstance(held["few"], np.memmap)


def test_arrays_of_an_archive_are_read_when_asked_for(tmp_path, small_limit):
    """So an array of objects that is not trained on does not matter."""
    array = np.random.default_rng(0).random((20, 5, 4))
    np.savez_compressed(tmp_path / "x.npz", x=array, names=np.array([{}] * 20, object))
    held = read(tmp_path / "x.npz")
    assert shapes(held) == {"x": (20, 5, 4), "names": (20,)}
    assert (held["x"] == array).all()
    assert not isinstance(held["x"], np.memmap)
    with pytest.raises(UserError, match="it holds Python objects"):
        held["names"]


def test_objects_are_not_mapped_either(save_npy, small_limit):
    with pytest.raises(UserError, match="it holds Python objects"):
        read(Path(save_npy(np.array([{}] * 900, object))))


def header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


HUGE = header("{'descr': '<f4', 'fortran_order': False, 'shape': (10000000000,)}\n") + b"\0" * 64
DEEP = header("(" * 9000 + ")" * 9000)


@pytest.mark.parametrize(
    ("content", "reason"), [(HUGE, "declares 40,000,000,000 bytes of numbers and holds 64"), (DEEP, "")]
)
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_a_header_is_checked_before_anything_is_allocated(tmp_path, content, reason, suffix):
    path = tmp_path / f"x{suffix}"
    if suffix == ".npz":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x.npy", content)
    else:
        path.write_bytes(content)
    with pytest.raises(UserError, match=rf"^dataset\.path=.*x{suffix} cannot be read: .*{reason}") as error:
        arrays(path=str(path))
    assert "\n" not in str(error.value)


def test_what_is_larger_than_the_memory_is_not_decompressed(tmp_path, monkeypatch):
    """2 MB that become 2 GB are the user's to choose, as far as the memory goes."""
    np.savez_compressed(tmp_path / "x.npz", x=np.zeros((10**6, 20), np.float32))
    monkeypatch.setattr(files, "available_memory", lambda: 50_000_000)
    with pytest.raises(UserError, match=r"'x' has 80 MB, decompressed from 0 MB, and 50 MB of memory are free"):
        arrays(path=str(tmp_path / "x.npz"))


def test_an_array_that_grows_a_thousandfold_is_said(tmp_path):
    x = np.zeros((10**6, 20), np.float32)
    x[0] = 1
    np.savez_compressed(tmp_path / "x.npz", x=x)
    said = arrays(str(tmp_path / "x.npz")).warnings
    assert any("'x' takes 80 MB of memory, decompressed from 0 MB" in line for line in said)
