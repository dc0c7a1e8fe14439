"""The files of a folder or of a .zip: their names in order, what else lies there, and how to read one.

A tree has `path`, `entries` (pictures, sorted by name), `others` (kind -> count of what is left out), and `read`.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from ganae_cli.datasets.pictures import kinds

MOST_BYTES = 512 * 2**20  # of one file: more is refused before it is read


class Entry(NamedTuple):
    """A file that is taken for a picture.

    name: path relative to the tree, with `/`. size: in bytes. stamp: changes when the content does (time of the last
    change; checksum in a .zip). fault: why it cannot be read, as far as that is known without opening it; "".
    """

    name: str
    size: int
    stamp: int
    fault: str = ""


class Unreadable(Exception):
    """A file that is no picture, or a broken one; the text says why, in a few words."""


class Tree(Protocol):
    """What `folder.FolderTree` and `archive.ZipTree` have in common."""

    path: Path
    entries: list[Entry]
    others: Counter[str]

    def read(self, entry: Entry, most: int | None = None) -> bytes:
        """Return the content of a file, or its first `most` bytes. Raises Unreadable, or OSError."""
        ...

    def open(self, entry: Entry) -> IO[bytes]:
        """Return a file to read from and to seek in. Raises Unreadable, or OSError."""
        ...


def common_folder(names: Iterable[str]) -> str:
    """Return the folder, with `/` at its end, that all names lie in; "" for none.

    >>> common_folder(["own/a/1.png", "own/b/2.png"]), common_folder(["a/1.png", "b/2.png"])
    ('own/', '')
    """
    folders = [name.split("/")[:-1] for name in names]
    low, high = min(folders, default=[]), max(folders, default=[])
    shared = 0
    while shared < min(len(low), len(high)) and low[shared] == high[shared]:
        shared += 1
    return "".join(f"{part}/" for part in low[:shared])


def in_order(found: Iterable[Entry]) -> tuple[str, list[Entry]]:
    """Return the folder that all names lie in, for trees that are wrapped in folders, and the entries without it.

    Entries are sorted by name, so no order of a file system counts.
    """
    found = list(found)
    folder = common_folder(entry.name for entry in found)
    shorter = (entry._replace(name=entry.name[len(folder) :]) for entry in found)
    return folder, sorted(shorter, key=lambda entry: entry.name)


def left_out(name: str, wanted: kinds.Kinds = kinds.PICTURES) -> str | None:
    """Return the kind under which a file that is not wanted is counted; None for one that is, by its suffix.

    >>> left_out("a/b.PNG"), left_out("photo.heic"), left_out("Makefile")
    (None, '.heic', 'without suffix')
    """
    found = kinds.suffix(name)
    return None if found in wanted.suffixes else found or "without suffix"
