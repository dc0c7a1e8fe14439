"""The pictures of a .zip, read where they are: nothing is unpacked to disk, so a name such as `../x` is a name only."""

import os
import stat
import weakref
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

from ganae_cli.datasets.pictures import kinds
from ganae_cli.datasets.pictures.tree import MOST_BYTES, Entry, Unreadable, in_order, left_out
from ganae_cli.errors import UserError
from ganae_cli.storage.npz_file import FAULTS
from ganae_cli.units import megabytes

SPARSE = 1000  # from packed to whole, above which a file is refused: pictures are packed already
TWICE = "files of a name that another one has"
ENCRYPTED = 1  # bit of a file's flags


class ZipTree:
    """The pictures, or what is wanted, in a .zip; see `tree.Tree`. Of files of one name the last counts."""

    def __init__(self, path: Path, wanted: kinds.Kinds = kinds.PICTURES):
        self.path, self.wanted = path, wanted
        self.others: Counter[str] = Counter()
        try:
            self.archive = zipfile.ZipFile(path)
        except FAULTS as error:
            raise UserError(f"dataset.path={path} cannot be read as a .zip: {_reason(error)}") from error
        self.file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self.file)
        self.infos = self._last_of_each_name()
        self.folder, self.entries = in_order(self._found())

    def _last_of_each_name(self) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        for info in self.archive.infolist():
            parts = [part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".", "..")]
            if info.is_dir() or not parts or any(map(kinds.is_ignored, parts)):
                continue
            name = "/".join(parts)
            self.others[TWICE] += name in found
            found[name] = info
        return found

    def _found(self) -> Iterator[Entry]:
        for name, info in self.infos.items():
            kind = left_out(name, self.wanted)
            fault = _fault(info)
            if kind and kind not in self.wanted.unsupported and not fault and self._is_wanted(info):
                kind = None
            if kind:
                self.others[kind] += 1
            else:
                yield Entry(name, info.file_size, info.CRC, fault)

    def _is_wanted(self, info: zipfile.ZipInfo) -> bool:
        try:
            with self.archive.open(info) as file:
                return self.wanted.knows(file.read(kinds.HEAD))
        except FAULTS:
            return False

    def open(self, entry: Entry) -> IO[bytes]:
        """Return the content as a file in memory. Raises Unreadable."""
        return BytesIO(self.read(entry))

    def read(self, entry: Entry, most: int | None = None) -> bytes:
        """Return the content of a file, or its first `most` bytes. Raises Unreadable."""
        if entry.fault:
            raise Unreadable(entry.fault)
        info = self.infos[f"{self.folder}{entry.name}"]
        try:
            if most is None and info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                return _unpacked(self.file, info)
            with self.archive.open(info) as file:
                return file.read(MOST_BYTES if most is None else most)
        except FAULTS as error:
            raise Unreadable(_reason(error)) from error


def _unpacked(file: int, info: zipfile.ZipInfo) -> bytes:
    """Return what `ZipFile.read` does, for the two usual ways to pack, in a seventh of its time, at once in threads.

    file: descriptor. Raises BadZipFile, or zlib.error, for damage. A local header has 30 bytes, the name and extras.
    """
    header = os.pread(file, 30, info.header_offset)
    if header[:4] != b"PK\3\4" or len(header) < 30:
        raise zipfile.BadZipFile("its header is damaged")
    start = info.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = os.pread(file, info.compress_size, start)
    is_whole = info.compress_type == zipfile.ZIP_STORED
    content = packed if is_whole else zlib.decompressobj(-15).decompress(packed, info.file_size + 1)
    if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
        raise zipfile.BadZipFile("it is damaged: its checksum is another one")
    return content


def _fault(info: zipfile.ZipInfo) -> str:
    """Return why a file of an archive is not read; "" if nothing speaks against it."""
    if info.flag_bits & ENCRYPTED:
        return "it is encrypted"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link, which is not followed in a .zip"
    if info.file_size > MOST_BYTES:
        return f"it has {megabytes(info.file_size)}, more than {megabytes(MOST_BYTES)}"
    if info.file_size > SPARSE * max(1, info.compress_size) and info.file_size > 2**20:
        return f"it grows from {info.compress_size:,} to {info.file_size:,} bytes when it is unpacked"
    return ""


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
