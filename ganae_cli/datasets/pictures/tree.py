"""The files of a folder or of a .zip: their names in order, what else lies there, and how to read one.

A tree has `path`, `entries` (pictures, or other files that are wanted, sorted by name), `others` (kind -> count of what
is left out), `read` and `open`.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, TypeVar

from ganae_cli.datasets.pictures import kinds

Item = TypeVar("Item")
Result = TypeVar("Result")
MOST_BYTES = 512 * 2**20  # of one file: more is refused before it is read


class Entry(NamedTuple):
    """A file that is taken for a picture, or what else is wanted.

    name: path relative to the tree, with `/`. size: in bytes. stamp: changes when the content does (times of the last
    change; checksum in a .zip). fault: why it cannot be read, as far as that is known without opening it; "".
    place: its number in the order of all names of the tree.
    """

    name: str
    size: int
    stamp: int
    fault: str = ""
    place: int = 0


class Entries(Sequence[Entry]):
    """Entries in numbers: a name and 32 bytes each, for trees of millions; an entry is made when it is asked for.

    >>> entries = Entries([Entry("a/1.png", 10, 20), Entry("b.png", 30, 40, "it is encrypted")])
    >>> len(entries), entries[-1].fault
    (2, 'it is encrypted')
    """

    MOST = 2**63 - 1  # what 64 bits hold; a stranger's archive may claim more

    def __init__(self, entries: Iterable[Entry]):
        self._names, self._ends = bytearray(), array("q", [0])
        self._sizes, self._stamps, self._places = array("q"), array("q"), array("q")
        self._faults: dict[int, str] = {}
        for number, entry in enumerate(entries):
            self._names += entry.name.encode("utf-8", "surrogatepass")  # a name in a folder need not be text
            self._ends.append(len(self._names))
            self._sizes.append(min(entry.size, self.MOST))
            self._stamps.append(entry.stamp & self.MOST)
            self._places.append(entry.place)
            if entry.fault:
                self._faults[number] = entry.fault

    def __len__(self) -> int:
        return len(self._sizes)

    def __getitem__(self, which: Any) -> Any:
        if isinstance(which, slice):
            return [self[number] for number in range(*which.indices(len(self)))]
        i = range(len(self))[which]
        name = self._names[self._ends[i] : self._ends[i + 1]].decode("utf-8", "surrogatepass")
        return Entry(name, self._sizes[i], self._stamps[i], self._faults.get(i, ""), self._places[i])


class Unreadable(Exception):
    """A file that is none of those wanted, or a broken one; the text says why, in a few words."""


def or_reason(act: Callable[[Item], Result]) -> Callable[[Item], Result | str]:
    """Return the same function that says why an entry cannot be read, instead of raising Unreadable: one of many."""

    def tried(item: Item) -> Result | str:
        try:
            return act(item)
        except Unreadable as error:
            return str(error)

    return tried


class Tree(Protocol):
    """What `folder.FolderTree` and `archive.ZipTree` have in common."""

    path: Path
    entries: Entries
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


def in_order(found: Iterable[Entry]) -> tuple[str, Entries]:
    """Return the folder that all names lie in, for trees that are wrapped in folders, and the entries without it.

    Entries are sorted by name, so no order of a file system counts.
    """
    found = sorted(found)
    folder = common_folder(entry.name for entry in found)
    cut = len(folder)
    return folder, Entries(entry._replace(name=entry.name[cut:], place=i) for i, entry in enumerate(found))


def left_out(name: str, wanted: kinds.Kinds = kinds.PICTURES) -> str | None:
    """Return the kind under which a file that is not wanted is counted; None for one that is, by its suffix.

    >>> left_out("a/b.PNG"), left_out("photo.heic"), left_out("Makefile")
    (None, '.heic', 'without suffix')
    """
    found = kinds.suffix(name)
    return None if found in wanted.suffixes else found or "without suffix"
