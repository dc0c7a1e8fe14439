"""Decoded pictures in the user's cache: the second run of a folder does not decode them again.

Of each folder, or .zip, with the options that count, there are two files, named by a digest of all file names, sizes
and times, of the options, and of the versions of what decodes: FACTS.json says which files cannot be read, and
PIXELS.u8 holds the pixels of all others, which are mapped, not read. Each is written beside its place and put there as
a whole, so that two runs may do so at once. What does not fit, or what others may have written, is done without.

The variable GANAE_PICTURE_CACHE names another folder than the user's cache, or is `off`.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import PIL

from ganae_cli.datasets.pictures.decode import VERSION
from ganae_cli.datasets.pictures.tree import Entry, Tree, Unreadable
from ganae_cli.errors import UserError
from ganae_cli.runtime import user_cache
from ganae_cli.storage.atomic import TEMPORARY, write_atomically
from ganae_cli.storage.npz_file import FAULTS

VARIABLE, FOLDER = "GANAE_PICTURE_CACHE", "pictures"
MOST_PIXELS, MOST_FACTS = 10, 200  # files of each kind; those that were not used for longest are deleted first
SPARE = 10**9  # bytes that stay free on the disk
LOOKED_INTO = 1024  # files that a fingerprint looks into
DAY = 86_400.0  # seconds after which an unfinished file is nobody's


@dataclass(frozen=True)
class Facts:
    """What decoding all pictures of a tree has told.

    size: (height, width). transparent: how many pictures have transparency. faults: name -> why it cannot be read.
    """

    size: tuple[int, int]
    channels: int
    transparent: int
    faults: dict[str, str]


def key(entries: Iterable[Entry], *options: object) -> str:
    """Return the digest of what determines the pixels of all pictures."""
    digest = hashlib.sha256(json.dumps([VERSION, PIL.__version__, *options]).encode())
    for entry in entries:
        digest.update(f"{entry.name}\0{entry.size}\0{entry.stamp}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


class Cache:
    """The two files of a key. fault: why the cache cannot be used; None if it can."""

    def __init__(self, name: str):
        folder = user_cache.folder(VARIABLE, FOLDER)
        self.fault = user_cache.made(folder) if folder else f"{VARIABLE} is off"
        self.folder = folder or Path()
        self.facts_file, self.pixels_file = self.folder / f"{name}.json", self.folder / f"{name}.u8"

    def lacks_room(self, size: int) -> str | None:
        """Return why `size` bytes cannot be written; None if they can."""
        return self.fault or user_cache.made(self.folder, size + SPARE)

    def facts(self) -> Facts | None:
        """Return what an earlier run has found out; None if there was none."""
        if self.fault:
            return None
        try:
            if not user_cache.is_own_file(self.facts_file):
                return None
            os.utime(self.facts_file)
            told = json.loads(self.facts_file.read_text("utf-8"))
            height, width = map(int, told["size"])
            faults = {str(name): str(why) for name, why in told["faults"].items()}
            return Facts((height, width), int(told["channels"]), int(told["transparent"]), faults)
        except FAULTS:
            return None

    def pixels(self, shape: tuple[int, ...]) -> np.ndarray | None:
        """Return the mapped pixels uint8 of an earlier run; None if there are none of this shape."""
        if self.fault:
            return None
        try:
            size = int(np.prod(shape, dtype=object))
            if not user_cache.is_own_file(self.pixels_file) or self.pixels_file.stat().st_size != size or not size:
                return None
            os.utime(self.pixels_file)
            return np.memmap(self.pixels_file, np.uint8, "r", 0, shape)
        except FAULTS:
            return None

    def write_facts(self, facts: Facts) -> None:
        """Keep what was found out, if the cache can be used."""
        if not self.fault:
            with contextlib.suppress(OSError):
                write_atomically(self.facts_file, json.dumps(asdict(facts)))
                self._clean()

    def _clean(self) -> None:
        """Delete files that were not used for long, and unfinished ones of processes that were killed."""
        for pattern, most in (("*.u8", MOST_PIXELS), ("*.json", MOST_FACTS)):
            files = [path for path in self.folder.glob(pattern) if not path.name.startswith(TEMPORARY)]
            files.sort(key=lambda path: path.stat().st_mtime)
            for path in files[: max(0, len(files) - most)]:
                path.unlink(missing_ok=True)
        for path in self.folder.glob(f"{TEMPORARY}*"):
            if time.time() - path.stat().st_mtime > DAY:
                path.unlink(missing_ok=True)


def fingerprint(tree: Tree, entries: Sequence[Entry], *scale: float) -> str:
    """Return 16 hexadecimal digits for pictures: all names and sizes, and what 1,024 files at equal distances hold.

    Of each of these the first 64 KB count. A folder and its .zip have the same. A change of a file that keeps its size
    goes unnoticed if it is behind them, or the file none of these. scale: numbers that count, too. Raises UserError for
    a file that is gone.
    """
    digest = hashlib.sha256(b"pictures" + "".join(f"\0{float(number)!r}" for number in scale).encode())
    for entry in entries:
        digest.update(f"{entry.name}\0{entry.size}\0".encode("utf-8", "surrogatepass"))
    for place in sorted(set(np.linspace(0, len(entries) - 1, LOOKED_INTO).astype(int).tolist())):
        try:
            digest.update(hashlib.sha256(tree.read(entries[place], 2**16)).digest())
        except Unreadable as error:
            raise UserError(f"dataset.path={tree.path}: {entries[place].name} cannot be read: {error}") from error
    return digest.hexdigest()[:16]
