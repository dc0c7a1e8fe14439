"""Reading of NumPy files. They may come from strangers, so pickled objects, which can run code, are never loaded.

Arrays above 64 MB are mapped, not read, where the file holds them as they are (.npy, and .npz as `np.savez` writes it):
only what is asked for is read, and memory holds one copy at most, which the system can drop. Arrays of a compressed
.npz are decompressed when they are asked for. Smaller arrays are read at once. A mapped file must stay as it is while a
run trains on it; replacing it by another one (as `mv` does) is safe.
"""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, NamedTuple

import numpy as np

from ganae_cli.datasets.rows import IN_MEMORY
from ganae_cli.errors import UserError, in_one_line
from ganae_cli.runtime.process import available_memory
from ganae_cli.storage.npz_file import FAULTS, MOST_MEMBERS, Header, read_header
from ganae_cli.units import megabytes

GROWTH = 200  # from compressed to whole, above which it is said: images seldom shrink to a tenth


def read(path: Path) -> "np.ndarray | Archive":
    """Return the array of an .npy file, or name -> array of an .npz file; raise UserError if it cannot be read."""
    path = path.expanduser()
    if not path.is_file():
        raise UserError(f"dataset.path={path}: no such file")
    if path.suffix.lower() not in (".npy", ".npz"):
        raise UserError(f"dataset.path={path}: expected a file that ends in .npy or .npz")
    with _refusing(path):
        if path.suffix.lower() == ".npz" or zipfile.is_zipfile(path):
            return Archive(path)
        size = path.stat().st_size
        with path.open("rb") as file:
            read_header(file, "its array", size)
        return np.load(path, allow_pickle=False, mmap_mode="r" if size > IN_MEMORY else None)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn the errors of a file that cannot be read into UserError."""
    try:
        yield
    except FAULTS as error:
        if isinstance(error, UserError) and str(error).startswith("dataset.path="):
            raise
        if "allow_pickle" in str(error) or "Python objects" in str(error):
            reason = "it holds Python objects (or is no NumPy file), which are not loaded because they can run code"
        else:
            reason = in_one_line(error)
        raise UserError(f"dataset.path={path} cannot be read: {reason}; expected arrays of numbers") from error


class Member(NamedTuple):
    """An array in an archive. start: place of its numbers in the file; None if they are compressed. packed: bytes."""

    header: Header
    start: int | None
    packed: int


class Archive(Mapping[str, np.ndarray]):
    """The arrays of an .npz file by name. Each is read, or mapped, when it is asked for."""

    def __init__(self, path: Path):
        self.path = path
        self.members: dict[str, Member] = {}
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise UserError(f"it has {len(archive.infolist()):,} members, expected at most {MOST_MEMBERS:,}")
            for info in archive.infolist():
                if info.filename.endswith(".npy"):
                    self.members[info.filename.removesuffix(".npy")] = _member(archive, info, file)

    def __getitem__(self, name: str) -> np.ndarray:
        """Return an array. Raises UserError if it cannot be read, or does not fit into the memory that is free."""
        header, start, packed = self.members[name]
        with _refusing(self.path):
            if start is not None and header.nbytes > IN_MEMORY and not header.dtype.hasobject:
                order: Literal["C", "F"] = "F" if header.fortran_order else "C"
                return np.memmap(self.path, header.dtype, "r", start, header.shape, order)
            free = available_memory()
            if free is not None and header.nbytes > free:
                raise UserError(
                    f"'{name}' has {megabytes(header.nbytes)}, decompressed from {megabytes(packed)}, and "
                    f"{megabytes(free)} of memory are free; an .npy file is read piece by piece"
                )
            with zipfile.ZipFile(self.path) as archive, archive.open(f"{name}.npy") as member:
                return np.lib.format.read_array(member, allow_pickle=False)

    def __contains__(self, name: object) -> bool:  # that of Mapping would read the array
        return name in self.members

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)


def shapes(held: Mapping[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    """Return name -> shape of arrays, without reading any."""
    return {name: held.members[name].header.shape if isinstance(held, Archive) else held[name].shape for name in held}


def grown(held: Mapping[str, np.ndarray]) -> list[str]:
    """Return a sentence for each array that is large only when it is decompressed: such a file may be an attack."""
    members = held.members.items() if isinstance(held, Archive) else ()
    return [
        f"'{name}' takes {megabytes(header.nbytes)} of memory, decompressed from {megabytes(packed)}"
        for name, (header, start, packed) in members
        if start is None and header.nbytes > max(IN_MEMORY, GROWTH * packed)
    ]


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: IO[bytes]) -> Member:
    """Read the header of one array; `file` is the archive's file."""
    with archive.open(info) as member:
        header = read_header(member, f"'{info.filename}'", info.file_size)
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
        return Member(header, None, info.compress_size)
    file.seek(info.header_offset + 26)  # in the local header of 30 bytes: lengths of the name and of the extra field
    name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
    return Member(header, info.header_offset + 30 + name + extra + header.start, info.compress_size)
