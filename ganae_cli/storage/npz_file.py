"""NumPy's files, .npy and .npz, which may be a stranger's: headers that are checked before anything is allocated.

Pickled objects, which can run code, are never loaded. Nothing is written to disk, so names such as `../x` of members
of an archive are names only.
"""

import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from ganae_cli.errors import UserError, in_one_line

if TYPE_CHECKING:
    import numpy as np

MOST_MEMBERS = 10_000
# What NumPy and zipfile raise for damaged files: the header is a Python literal, and an archive may be of any kind.
FAULTS = (
    *(OSError, EOFError, ValueError, TypeError, LookupError, ArithmeticError, SyntaxError, AttributeError),
    *(MemoryError, RecursionError, NotImplementedError, RuntimeError, struct.error, tokenize.TokenError),
    *(zipfile.BadZipFile, zlib.error),
)


class Header(NamedTuple):
    """What the header of an array says. start: place of its numbers behind the beginning of the header."""

    shape: tuple[int, ...]
    fortran_order: bool
    dtype: "np.dtype"
    start: int

    @property
    def nbytes(self) -> int:
        """Bytes of the numbers, exactly: NumPy's own product may run over."""
        count = self.dtype.itemsize
        for size in self.shape:
            count *= size
        return count


def read_header(file: IO[bytes], name: str, size: int) -> Header:
    """Return the header at the place of a file, which is behind it then. name: of the array, for messages.

    size: bytes that the header and its numbers have in the file. Raises UserError for a header that promises more,
    and one of FAULTS for what is no header.
    """
    import numpy as np

    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        described = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        described = np.lib.format.read_array_header_2_0(file)
    else:
        raise UserError(f"{name} is in version {'.'.join(map(str, version))} of NumPy's format, expected 1.0 or 2.0")
    header = Header(*described, file.tell())
    if not all(isinstance(side, int) and side >= 0 for side in header.shape):
        raise UserError(f"{name} has the shape {header.shape}")
    if not header.dtype.hasobject and header.start + header.nbytes > size:
        raise UserError(f"{name} declares {header.nbytes:,} bytes of numbers and holds {size - header.start:,}")
    return header


def read_stored(path: Path, most: int, prefix: str = "") -> dict[str, "np.ndarray"]:
    """Return the arrays of an uncompressed .npz file by name, as `np.savez` writes it. most: bytes of these arrays.

    prefix: how the names begin of the arrays that are read.

    Raises FileNotFoundError without a file, and UserError for any other file: its arrays cannot be larger than it is.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UserError("it is not a file")
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = [info.filename.removesuffix(".npy") for info in members]
            if len(members) > MOST_MEMBERS or len(set(names)) < len(names):
                raise UserError(f"it has {len(members):,} members, or two of one name")
            if sum(info.file_size for info in members) > size:
                raise UserError("its arrays are larger than the file")
            wanted = [(name, info) for name, info in zip(names, members, strict=True) if name.startswith(prefix)]
            needed = sum(info.file_size for _, info in wanted)
            if needed > most:
                raise UserError(f"its arrays have {needed:,} bytes, expected at most {most:,}")
            return {name: _read_array(archive, info) for name, info in wanted}
    except FileNotFoundError:
        raise
    except FAULTS as error:
        raise UserError(f"cannot read {path}: {in_one_line(error)}") from error


def _read_array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> "np.ndarray":
    import numpy as np

    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1 or not info.filename.endswith(".npy"):
        raise UserError(f"'{info.filename}' is compressed, encrypted or no array")
    with archive.open(info) as member:
        if read_header(member, f"'{info.filename}'", info.file_size).dtype.hasobject:
            raise UserError(f"'{info.filename}' holds Python objects, which can run code")
    with archive.open(info) as member:
        return np.lib.format.read_array(member, allow_pickle=False)
