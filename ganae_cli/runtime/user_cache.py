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
        for missing in reversed([one for one in (path, *path.parents) if not one.exists()]):
            missing.mkdir(exist_ok=True, mode=0o700)
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

    That includes the folders above: who can write to one of them can put another folder in the place of this one. A
    shared folder where nobody can rename what is another's, as /tmp, does no harm. A link to a folder is trusted if it
    is the user's, or the system's. Raises OSError for a folder that is missing.
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
    return next(filter(None, map(_distrust_above, _leading_to(path))), None)


def _distrust_above(path: Path) -> str | None:
    """Return why somebody else could put another folder in the place of one below this folder or link."""
    facts = path.lstat()
    if facts.st_uid not in (os.geteuid(), 0):
        return f"{path} belongs to another user, who can replace what is below it"
    is_shared = facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not facts.st_mode & stat.S_ISVTX
    return f"others can write to {path} (`chmod go-w` it)" if is_shared and stat.S_ISDIR(facts.st_mode) else None


def _leading_to(path: Path) -> list[Path]:
    """Return a path with every folder above it and every link on the way, also those above what a link leads to."""
    found: dict[Path, None] = {}
    waiting = [path.absolute()]
    while waiting:
        place = waiting.pop()
        for one in (place, *place.parents):
            if one not in found:
                found[one] = None
                if one.is_symlink():
                    waiting.append(one.parent / one.readlink())
    return list(found)


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
