"""Where this user's programs keep what they can compute again, and whether that place can be trusted."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from ganae_cli.units import megabytes

PROBE = b"\0" * 4096  # what is written to learn whether a folder takes it: quotas are not told by its free space


def folder(variable: str, name: str) -> Path | None:
    """Return the folder `ganae/<name>` of the user's cache, or None if the user wants none or has no home folder.

    variable: name of an environment variable, which may hold another folder, or `off`. The folder need not exist.
    """
    given = os.environ.get(variable, "")
    if given == "off":
        return None
    try:
        return Path(given).expanduser().absolute() if given else _users_cache() / "ganae" / name
    except (OSError, RuntimeError):  # no current folder, no home folder
        return None


def made(path: Path, bytes_free: int = 0) -> str | None:
    """Make a folder that only the user can write to, if it is missing. Return why it cannot be used; None if it can.

    bytes_free: the room that the folder must have.
    """
    try:
        if not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(exist_ok=True, mode=0o700)
        fault = distrust(path)
        if fault:
            return fault
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(PROBE)
            file.flush()
        free = room(path)
    except OSError as error:
        return f"{path}: {error.strerror or error}"
    return f"{path} has {megabytes(free)} free, and {megabytes(bytes_free)} are needed" if free < bytes_free else None


def distrust(path: Path) -> str | None:
    """Return why what lies in a folder may not be this user's; None if nobody else can have written it.

    Raises OSError for a folder that is missing. A link to a folder is trusted if it is the user's, or the system's.
    """
    if not hasattr(os, "geteuid"):  # Windows has no such owners
        return None
    facts, link = path.stat(), path.lstat()
    if not stat.S_ISDIR(facts.st_mode):
        return f"{path} is not a folder"
    if link.st_uid not in (os.geteuid(), 0) or facts.st_uid != os.geteuid():
        return f"{path} belongs to another user"
    if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"others can write to {path} (`chmod go-w` it)"
    return None


def is_own_file(path: Path) -> bool:
    """Return True for a regular file of this user, not a link, to which nobody else can write."""
    facts = path.lstat()
    is_own = not hasattr(os, "geteuid") or facts.st_uid == os.geteuid()
    return stat.S_ISREG(facts.st_mode) and is_own and not facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def room(path: Path) -> int:
    """Return how many bytes the user can write to the disk of a folder."""
    import shutil

    return shutil.disk_usage(path).free


def _users_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
