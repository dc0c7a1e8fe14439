"""Reading of NumPy files. They may come from strangers, so pickled objects, which can run code, are never loaded.

Arrays above 64 MB are mapped, not read, where the file holds them as they are (.npy, and .npz as `np.savez` writes it):
only what is asked for is read, and memory holds one copy at most, which the system can drop. Arrays of a compressed
.npz are decompressed when they are asked for. Smaller arrays are read at once. A mapped file must stay as it is while a
run trains on it; replacing it by another one (as `mv` does) is safe.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, NamedTuple

import numpy as np

from ganae_cli.datasets.rows import IN_MEMORY
from ganae_cli.errors import UserError


def read(path: Path) -> "np.ndarray | Archive":
    """Return the array of an .npy file, or name -> array of an .npz file; raise UserError if it cannot be read."""
    path = path.expanduser()
    if not path.is_file():
        raise UserError(f"dataset.path={path}: no such file")
    if path.suffix not in (".npy", ".npz"):
        raise UserError(f"dataset.path={path}: expected a file that ends in .npy or .npz")
    with _refusing(path):
        if path.suffix == ".npz" or zipfile.is_zipfile(path):
            return Archive(path)
        return np.load(path, allow_pickle=False, mmap_mode="r" if path.stat().st_size > IN_MEMORY else None)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn the errors of a file that cannot be read into UserError."""
    try:
        yield
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, UserError):
            raise
        if "allow_pickle" in str(error) or "Python objects" in str(error):
            reason = "it holds Python objects (or is no NumPy file), which are not loaded because they can run code"
        else:
            reason = " ".join(str(error).split())
        raise UserError(f"dataset.path={path} cannot be read: {reason}; expected arrays of numbers") from error


class Header(NamedTuple):
    """The header of an array in an archive. start: place of its numbers in the file; None if they are compressed."""

    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype
    start: int | None

    @property
    def nbytes(self) -> int:
        return self.dtype.itemsize * int(np.prod(self.shape))


class Archive(Mapping[str, np.ndarray]):
    """The arrays of an .npz file by name. Each is read, or mapped, when it is asked for."""

    def __init__(self, path: Path):
        self.path = path
        self.headers: dict[str, Header] = {}
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            for info in archive.infolist():
                if info.filename.endswith(".npy"):
                    self.headers[info.filename.removesuffix(".npy")] = _header(archive, info, file)

    def __getitem__(self, name: str) -> np.ndarray:
        """Return an array. Raises UserError if it cannot be read."""
        header = self.headers[name]
        with _refusing(self.path):
            if header.start is not None and header.nbytes > IN_MEMORY and not header.dtype.hasobject:
                order: Literal["C", "F"] = "F" if header.fortran_order else "C"
                return np.memmap(self.path, header.dtype, "r", header.start, header.shape, order)
            with zipfile.ZipFile(self.path) as archive, archive.open(f"{name}.npy") as member:
                return np.lib.format.read_array(member, allow_pickle=False)

    def __contains__(self, name: object) -> bool:  # that of Mapping would read the array
        return name in self.headers

    def __iter__(self) -> Iterator[str]:
        return iter(self.headers)

    def __len__(self) -> int:
        return len(self.headers)


def shapes(held: Mapping[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    """Return name -> shape of arrays, without reading any."""
    return {name: held.headers[name].shape if isinstance(held, Archive) else held[name].shape for name in held}


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: IO[bytes]) -> Header:
    """Read the header of one array; `file` is the archive's file."""
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        if version == (1, 0):
            described = np.lib.format.read_array_header_1_0(member)
        elif version == (2, 0):
            described = np.lib.format.read_array_header_2_0(member)
        else:
            raise ValueError(f"'{info.filename}' is in version {version} of NumPy's format")
        length = member.tell()
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
        return Header(*described, None)
    file.seek(info.header_offset + 26)  # in the local header of 30 bytes: lengths of the name and of the extra field
    name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
    return Header(*described, info.header_offset + 30 + name + extra + length)
