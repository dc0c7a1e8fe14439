"""Claims: one process at a time works in a folder, and others are told which one that is.

The lock on the file `.lock` is the claim, so one whose process was killed is free again; the content says who holds it.
On a file system without locks (`flock`) the file itself is the claim: whoever makes it has the folder. There, that its
process was killed is seen on the same machine only; on another one the user is asked to delete it.
"""

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage import owner
from ganae_cli.storage.atomic import make_folder, open_plain

LOCK = ".lock"
_HAS_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_TRIES = 100  # each time another process has just given the folder back, and removed what it had made


class FolderGone(Exception):
    """The folder in which this process works was deleted, moved or replaced."""


class Claim:
    """A folder that this process holds; `take` makes one. It ends with `release`, a `with` block, or the process.

    number: descriptor of the lock file. made: folders that were made for it, the innermost first.
    """

    def __init__(self, folder: Path, number: int, made: list[Path]):
        self.folder, self.made, self._path = folder, made, folder / LOCK
        self._number: int | None = number
        self._lock, self._place = _identity(number), _identity(folder)

    def check(self) -> None:
        """Raise FolderGone unless the folder is still the one that was claimed, and held by this process."""
        try:
            place, lock = _identity(self.folder), _identity(self._path)
        except OSError:  # it cannot be looked at, so whoever writes to it will say why
            return
        if place != self._place:
            raise FolderGone(f"{self.folder} was deleted or moved while the run trained")
        if lock != self._lock:  # only the lock file was deleted
            self._lock_again()

    def _lock_again(self) -> None:
        try:
            number = _locked(self.folder)
        except UserError as error:
            raise FolderGone(f"{self._path} was deleted while the run trained, and {error}") from error
        if number is None:
            raise FolderGone(f"{self.folder} was deleted or moved while the run trained")
        owner.sign(number)
        self._close()
        self._number, self._lock = number, _identity(number)

    def release(self) -> None:
        """Give the folder back, without the lock file, and without folders that were made for it and are empty."""
        is_ours = False
        with contextlib.suppress(OSError):
            is_ours = self._number is not None and _identity(self._path) == self._lock
            if is_ours:
                self._path.unlink()
        self._close()  # before the folder is removed: some file systems keep an open file under another name in it
        if is_ours:
            remove_empty(self.made)

    def _close(self) -> None:
        if self._number is not None:
            os.close(self._number)
        self._number = None

    def __enter__(self) -> "Claim":
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()


def take(folder: Path) -> Claim:
    """Claim a folder, which is made if there is none.

    Raises UserError, naming the process, if another one holds it, and for a folder that cannot be made or written in.
    """
    made: list[Path] = []
    try:
        for _ in range(_TRIES):
            made = [*made, *(path for path in _make(folder) if path not in made)]
            made.sort(key=lambda path: -len(path.parts))
            number = _locked(folder)
            if number is not None:
                owner.sign(number)
                return Claim(folder, number, made)
    except BaseException:
        remove_empty(made)
        raise
    raise UserError(f"{folder} is claimed and given back again and again by other processes")


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove folders, the innermost first, up to one that holds something."""
    with contextlib.suppress(OSError):
        for folder in folders:
            folder.rmdir()


def cannot_make(folder: Path, error: OSError) -> UserError:
    """Return the error for a folder that cannot be made."""
    in_the_way = next((path for path in (folder, *folder.parents) if _is_file(path)), None)
    reason = f"{in_the_way} is a file" if in_the_way else error.strerror
    return UserError(f"cannot make the folder {folder}: {reason}; choose another one by hydra.run.dir=FOLDER")


def _is_file(path: Path) -> bool:
    """Return True for what is there, and no folder: seen at once, as others make and remove folders meanwhile."""
    try:
        return not stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False


def _make(folder: Path) -> list[Path]:
    try:
        return make_folder(folder, parents=True)
    except FileNotFoundError:  # a process that was refused has just removed the folder above
        return []
    except OSError as error:
        raise cannot_make(folder, error) from error


def _locked(folder: Path) -> int | None:
    """Return the descriptor of the lock file, which this process now holds; None if it was removed in the meantime.

    A lock file with a second name (a hard link, as in a copy by `cp -al`) that nobody holds is removed, for the caller
    to make a new one: nothing is written to what may be another run's lock, or a file of the user's. Raises UserError
    if another process holds it.
    """
    path = folder / LOCK
    number, is_new = _opened(path)
    if number is None:
        return None
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if is_new and error.errno in _HAS_NO_LOCKS:
            return number
        holder = owner.read(number)
        os.close(number)
        if error.errno not in _HAS_NO_LOCKS:
            raise UserError(f"{folder} is in use by {owner.in_words(holder)}") from None
        if not owner.is_gone(holder):
            raise UserError(f"{folder} is in use by {owner.in_words(holder)}; if it is gone, delete {path}") from None
        path.unlink(missing_ok=True)
        return None
    if _identity(path) == _identity(number):
        if os.fstat(number).st_nlink == 1:
            return number
        path.unlink(missing_ok=True)
    os.close(number)  # or its holder has removed it before it was locked here: a lock that nobody else will see
    return None


def _opened(path: Path) -> tuple[int | None, bool]:
    """Return the descriptor of a lock file, and whether it was made here; None if it has just been removed."""
    try:
        try:
            return open_plain(path, os.O_RDWR | os.O_CREAT | os.O_EXCL), True
        except FileExistsError:
            number = open_plain(path, os.O_RDWR)
    except FileNotFoundError:
        return None, False
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error
    return number, False


def _identity(file: Path | int) -> tuple[int, int] | None:
    """Return what tells a file or folder apart from every other one; None if there is none.

    file: its path, or a descriptor.
    """
    try:
        found = os.fstat(file) if isinstance(file, int) else file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
