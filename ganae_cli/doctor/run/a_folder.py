"""Folder: links, leftovers of killed processes, the process that holds it, and room for the next checkpoint."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.errors import UserError
from ganae_cli.runtime import user_cache
from ganae_cli.storage import owner
from ganae_cli.storage.atomic import open_plain
from ganae_cli.storage.links import refuse_links
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.units import megabytes

MOST_NAMED = 3


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield what is wrong with the folder itself."""
    entries = sorted(entry for place in _places(folder) for entry in place.iterdir())
    try:
        refuse_links(folder.path)
    except UserError as error:
        yield problem(str(error), "put the file itself in its place, if you trust whoever made the folder")
    left = [entry for entry in entries if entry.name.startswith(".tmp-")]
    if left:
        yield warning(f"{_named(left, folder)} were left by a process that was killed", "they are of no use: rm them")
    holder = lock_owner(folder.path)
    if holder:
        yield warning(f"in use by {holder}", "wait for it, or stop it (kill -TERM), before you resume")
    weights = [entry.stat().st_size for entry in entries if entry.name.endswith(".h5") and not entry.is_symlink()]
    needed, free = 2 * max(weights, default=0) + 1_000_000, user_cache.room(folder.path)
    if folder.state() == "done":
        yield ok(f"{folder.path}: nothing will be written any more")
    elif not os.access(folder.path, os.W_OK | os.X_OK):
        yield warning(f"no permission to write in {folder.path}", "copy it to a folder of yours, and resume the copy")
    elif free < needed:
        yield problem(
            f"{megabytes(free)} free, and the next checkpoint takes up to {megabytes(needed)}",
            "make room before you resume",
        )
    else:
        yield ok(f"{folder.path}: {megabytes(free)} free")


def lock_owner(path: Path) -> str | None:
    """Return who holds a run folder, in words; None if nobody does."""
    try:
        lock = open_plain(path / ".lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        holder = owner.read(lock)
        if not owner.is_gone(holder):  # one that is free is not locked here: a resume of this moment would be refused
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return owner.in_words(holder)
    finally:
        os.close(lock)
    return None


def _places(folder: RunFolder) -> list[Path]:
    inner = (folder.checkpoints.folder, folder.samples, folder.tensorboard)
    return [folder.path, *(place for place in inner if place.is_dir() and not place.is_symlink())]


def _named(entries: list[Path], folder: RunFolder) -> str:
    names = [str(entry.relative_to(folder.path)) for entry in entries]
    rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{rest}"
