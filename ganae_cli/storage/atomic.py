"""Write files so that a reader never sees half of one, and so that nothing outside their folder is written to.

A run folder may come from a stranger, so links in it are not followed. Whatever is written here is made with the
user's umask, but never wider than 0644 for a file and 0755 for a folder: others may read it at most.
"""

import contextlib
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

TRIES = 100  # to make a folder that others make and remove
TEMPORARY = ".tmp-"  # how the names of unfinished files begin
FILE_MODE, FOLDER_MODE = 0o644, 0o755  # at most; the umask may take more away
PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe that lies there must not be waited for


@contextlib.contextmanager
def replacing(path: Path, sync: bool = True) -> Iterator[Path]:
    """Give a new, empty file beside `path`; at the end of the block it takes the place of `path`, which may be a link.

    Whenever the process dies, `path` holds the old content or the new one. An exception in the block removes the
    temporary file and leaves `path` as it was. The name of the temporary file cannot be guessed, so nothing can lie in
    wait there; it keeps the suffix, as some libraries go by it. The new file is no more open to others than the old
    one was. Raises OSError with the name of the file: FileNotFoundError for a folder that is not there, which is not
    made here.

    sync: wait until the content and its name are on disk, so that they also outlive a power cut.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "notes.txt"
    >>> with replacing(path) as temporary:
    ...     _ = temporary.write_text("complete")
    ...     path.exists()
    False
    >>> path.read_text()
    'complete'
    """
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}{''.join(path.suffixes[-2:])}")
    with _naming(path, temporary):
        os.close(os.open(temporary, PLAIN | os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode(path)))
        try:
            yield temporary
            if sync:
                _sync(temporary)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):  # the error that counts is the first one
                temporary.unlink(missing_ok=True)
            raise
        if sync:
            _sync(path.parent)


def write_atomically(path: Path, text: str) -> None:
    """Write text (UTF-8): a reader sees the old text or the new one, never half of it."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def append(path: Path, text: str) -> None:
    """Add text (UTF-8) to the end of a file, all of it or nothing. Raises OSError for what is not a plain file."""
    with _naming(path), os.fdopen(open_to_append(path), "ab", buffering=0) as file:
        size, rest = os.fstat(file.fileno()).st_size, text.encode()
        try:
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())  # a checkpoint that outlives a power cut counts on the rows before it
        except BaseException:  # the disk is full in the middle of a line
            os.ftruncate(file.fileno(), size)
            raise


def open_to_append(path: Path) -> int:
    """Return the descriptor of a file that is written at its end; it is made if there is none.

    A file that has a second name (a hard link, as in a copy by `cp -al`) is first replaced by a copy of its own: what
    is added must not appear under the other name. Raises OSError for what is not a plain file.
    """
    number = open_plain(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    if os.fstat(number).st_nlink > 1:
        os.close(number)
        with (
            replacing(path) as temporary,
            os.fdopen(open_plain(path, os.O_RDONLY), "rb") as old,
            temporary.open("wb") as copy,
        ):
            shutil.copyfileobj(old, copy)
        number = open_plain(path, os.O_WRONLY | os.O_APPEND)
    return number


def open_plain(path: Path, flags: int) -> int:
    """Return the descriptor of a plain file, as `os.open` does.

    Raises OSError for a link, and at once for a pipe, a device or a folder.
    """
    try:
        number = os.open(path, flags | PLAIN, FILE_MODE)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENXIO):  # a link; a pipe that nobody reads
            raise OSError(error.errno, _WHAT_IT_IS_NOT, str(path)) from None
        raise
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, _WHAT_IT_IS_NOT, str(path))
    return number


_WHAT_IT_IS_NOT = "not a plain file"


def make_folder(path: Path, parents: bool = False) -> list[Path]:
    """Make a folder unless it is there; return the folders that were made, the innermost first.

    parents: make those above it, too. Without it, FileNotFoundError says that there are none: a folder that was deleted
    is not made again. Raises OSError for what cannot be made.
    """
    missing = [path]
    while parents and not missing[-1].parent.exists() and missing[-1] != missing[-1].parent:
        missing.append(missing[-1].parent)
    return [folder for folder in reversed(missing) if _make_one(folder)][::-1]


def _make_one(folder: Path) -> bool:
    """Make a folder; return False if it is there. One that another process removes at this moment is made, too."""
    for tries_left in reversed(range(TRIES)):
        try:
            folder.mkdir(mode=FOLDER_MODE)
            return True
        except FileExistsError as error:
            kind = _kind(folder)
            if kind == stat.S_IFDIR:
                return False
            if kind or folder.is_symlink() or not tries_left:
                raise error
    return False


def _kind(path: Path) -> int:
    """Return what is at a path, such as `stat.S_IFDIR`, by one look; 0 for nothing."""
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except FileNotFoundError:
        return 0


def remove_leftovers(folder: Path) -> None:
    """Delete what processes that were killed have left unfinished in a folder; call it where no other one writes."""
    for path in folder.glob(f"{TEMPORARY}*"):
        with contextlib.suppress(OSError):
            path.unlink()


def _mode(path: Path) -> int:
    """Return the mode of a new file in the place of `path`: its owner's alone to write, and as secret as before."""
    try:
        old = path.lstat()
    except OSError:
        return FILE_MODE
    return 0o600 | (old.st_mode & FILE_MODE) if stat.S_ISREG(old.st_mode) else FILE_MODE


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | (0 if path.is_dir() else os.O_NOFOLLOW))
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that does not do this for folders
            raise
    finally:
        os.close(number)


@contextlib.contextmanager
def _naming(path: Path, temporary: Path | None = None) -> Iterator[None]:
    """Give an OSError that names no file, or the temporary one, the name of the file that the user knows."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(temporary), temporary):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
