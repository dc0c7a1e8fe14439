"""The pictures of a folder and of all folders in it.

Links are followed, also out of the tree, since trees of links are a usual way to choose pictures; but each folder is
entered once, so no link leads in circles. Real folders come before links to folders.
"""

import os
import stat
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ganae_cli.datasets.pictures import kinds
from ganae_cli.datasets.pictures.tree import MOST_BYTES, Entry, Unreadable, in_order, left_out
from ganae_cli.units import megabytes

AT_ONCE = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe in the place of a file must not be waited for
TWICE = "links to folders that are read already"


class FolderTree:
    """The pictures, or other `wanted` files, below a folder; see `tree.Tree`."""

    def __init__(self, path: Path, wanted: kinds.Kinds = kinds.PICTURES):
        self.path, self.wanted = path, wanted
        self.others: Counter[str] = Counter()
        self.folder, self.entries = in_order(self._found())

    def _found(self) -> Iterator[Entry]:
        """Yield the pictures of all folders, breadth first, and count what else there is."""
        waiting, linked = deque([""]), deque[str]()
        entered: set[tuple[int, int]] = set()
        while waiting or linked:
            name = waiting.popleft() if waiting else linked.popleft()
            try:
                facts = (self.path / name).stat()
                if (facts.st_dev, facts.st_ino) in entered:
                    self.others[TWICE] += 1
                    continue
                entered.add((facts.st_dev, facts.st_ino))
                with os.scandir(self.path / name) as found:
                    inner = sorted(found, key=lambda one: one.name)
            except OSError as error:
                yield Entry(name or ".", 0, 0, f"folder: {_reason(error)}")
                continue
            for one in inner:
                if kinds.is_ignored(one.name):
                    continue
                below = f"{name}/{one.name}" if name else one.name
                if _is_folder(one):
                    (linked if one.is_symlink() else waiting).append(below)
                elif entry := self._entry(below, one):
                    yield entry

    def _entry(self, name: str, found: os.DirEntry) -> Entry | None:
        """Return a file that is wanted by its suffix, or by its first bytes; None, and count it, for others."""
        kind = left_out(name, self.wanted)
        try:
            facts = found.stat()
        except OSError as error:  # a link to nothing
            if kind:
                self.others[kind] += 1
            return None if kind else Entry(name, 0, 0, _reason(error))
        if stat.S_ISREG(facts.st_mode) and kind and kind not in self.wanted.unsupported and self._is_wanted(name):
            kind = None
        if kind:
            self.others[kind] += 1
            return None
        fault = "" if stat.S_ISREG(facts.st_mode) else "it is a pipe, a socket or a device, not a file"
        # The system sets the time of change (ctime) itself: `cp -p` and `touch -d` leave only the other one as it was.
        return Entry(name, facts.st_size, facts.st_mtime_ns + facts.st_ctime_ns, fault)

    def _is_wanted(self, name: str) -> bool:
        try:
            with _opened(f"{self.path}/{name}") as file:
                return self.wanted.knows(file.read(kinds.HEAD))
        except (OSError, Unreadable):
            return False

    def open(self, entry: Entry, buffering: int = -1) -> IO[bytes]:
        """Return the open file. Raises Unreadable."""
        if entry.fault:
            raise Unreadable(entry.fault)
        try:
            return _opened(f"{self.path}/{self.folder}{entry.name}", buffering)
        except OSError as error:
            raise Unreadable(_reason(error)) from error

    def read(self, entry: Entry, most: int | None = None) -> bytes:
        """Return the content of a file, or its first `most` bytes. Raises Unreadable."""
        with self.open(entry, buffering=0) as file:
            try:
                if most is None and os.fstat(file.fileno()).st_size > MOST_BYTES:
                    raise Unreadable(f"it has more than {megabytes(MOST_BYTES)}")
                return file.read(-1 if most is None else most)
            except OSError as error:
                raise Unreadable(_reason(error)) from error


def _opened(path: str, buffering: int = -1) -> IO[bytes]:
    number = os.open(path, AT_ONCE)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise Unreadable("it is no file")
    return open(number, "rb", buffering)


def _is_folder(found: os.DirEntry) -> bool:
    try:
        return found.is_dir()
    except OSError:  # a link that leads in circles
        return False


def _reason(error: OSError) -> str:
    text = error.strerror or str(error)
    return text[0].lower() + text[1:]
