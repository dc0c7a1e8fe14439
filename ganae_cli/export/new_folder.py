"""A folder that appears whole or not at all, and takes the place of nothing but an older export.

It is made beside its place, under a name that begins with `.tmp-`, and renamed at the end. `export.json` lists its
files with their checksums: a folder whose files are all as an export wrote them may be replaced by a newer one; one
that holds anything else may not.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import TEMPORARY, make_folder
from ganae_cli.storage.plain_file import read_json

MANIFEST = "export.json"
MOST_BYTES = 2**22  # of the manifest
_MARK = f"{TEMPORARY}export-"


def check(out: Path) -> None:
    """Raise UserError if the folder holds anything but an export that nobody has changed."""
    if not (out.exists() or out.is_symlink()):
        return
    if Path.cwd().is_relative_to(out.resolve()):
        raise UserError(f"--out {out}: this is where you are: name a new folder, such as {out / 'exported'}")
    if out.is_symlink() or not out.is_dir():
        raise UserError(f"--out {out}: {'a link' if out.is_symlink() else 'a file'} is there, not a folder")
    if any(out.iterdir()) and (stranger := _stranger(out)):
        raise UserError(f"--out {out}: it holds {stranger}, which is not of an export: choose another folder by --out")


@contextlib.contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Give a new, empty folder beside `out`, which takes its place at the end of the block, older exports included.

    Whenever the process dies, `out` is the old folder or the new one, or for an instant none: nothing of it is half.
    An exception in the block leaves `out` as it was. What killed processes have left beside it is removed.
    """
    check(out)
    out = out.absolute()
    make_folder(out.parent, parents=True)
    _remove_leftovers(out.parent)
    place = out.with_name(f"{_MARK}{secrets.token_hex(8)}")
    place.mkdir(mode=0o755)
    with _locked(place, is_new=True):
        try:
            yield place
            check(out)  # somebody may have written there meanwhile
            _swap(place, out)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def write_manifest(folder: Path, facts: dict[str, Any]) -> None:
    """Write `export.json`: facts, and the checksum of each file that the folder holds."""
    files = {name: _checksum(folder / name) for name in sorted(_files(folder))}
    (folder / MANIFEST).write_text(json.dumps(facts | {"files": files}, indent=2) + "\n", encoding="utf-8")


def _swap(place: Path, out: Path) -> None:
    old = out.with_name(f"{_MARK}{secrets.token_hex(8)}")
    with contextlib.suppress(FileNotFoundError):
        out.rename(old)
    try:
        place.rename(out)
    except OSError as error:
        with contextlib.suppress(OSError):
            old.rename(out)
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise UserError(f"--out {out}: another program has just written there: choose another folder") from error
        raise
    shutil.rmtree(old, ignore_errors=True)


def _stranger(out: Path) -> str | None:
    """Return a file that no export has written, or that was changed since; None if there is none."""
    try:
        found = read_json(out / MANIFEST, MOST_BYTES)
    except (OSError, UserError):
        found = None
    listed = found.get("files") if isinstance(found, dict) else None
    files = _files(out) - {MANIFEST}
    if not isinstance(listed, dict):
        return f"'{min(files or _names(out))}'"
    for name in sorted(files):
        if name not in listed:
            return f"'{name}'"
        if _checksum(out / name) != listed[name]:
            return f"'{name}', changed since it was exported"
    return None


def _files(folder: Path) -> set[str]:
    """Return the files of a folder at any depth, and what is no plain file, relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _checksum(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_leftovers(parent: Path) -> None:
    """Remove what exports that were killed have left; a folder that a living process works on is locked by it."""
    for path in parent.glob(f"{_MARK}*"):
        with contextlib.suppress(OSError), _locked(path):
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path, is_new: bool = False) -> Iterator[None]:
    """Hold a folder for the time of a block. Raises OSError if another process does.

    is_new: nobody else can; a file system without locks will do.
    """
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        with contextlib.suppress(*((OSError,) if is_new else ())):
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(number)
