"""Folder: links, leftovers of killed processes, the process that holds it, and room for the next checkpoint."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.runtime import user_cache
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.units import megabytes

MOST_NAMED = 3


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield what is wrong with the folder itself."""
    entries = sorted(entry for place in _places(folder) for entry in place.iterdir())
    links = [entry for entry in entries if entry.is_symlink()]
    if links:
        advice = "put the files themselves in their places, if you trust whoever made the links"
        yield problem(f"{_named(links, folder)} lead elsewhere: ganae writes through no links", advice)
    left = [entry for entry in entries if entry.name.startswith(".tmp-")]
    if left:
        yield warning(f"{_named(left, folder)} were left by a process that was killed", "they are of no use: rm them")
    owner = lock_owner(folder.path)
    if owner is not None:
        yield warning(
            f"in use by {owner or 'another process'}", "wait for it, or stop it (kill -TERM), before you resume"
        )
    weights = [entry.stat().st_size for entry in entries if entry.name.endswith(".h5") and not entry.is_symlink()]
    needed, free = 2 * max(weights, default=0) + 1_000_000, user_cache.room(folder.path)
    if not os.access(folder.path, os.W_OK | os.X_OK):
        yield problem(f"no permission to write in {folder.path}", "copy it to a folder of yours, and resume the copy")
    elif free < needed:
        yield problem(
            f"{megabytes(free)} free, and the next checkpoint takes up to {megabytes(needed)}",
            "make room before you resume",
        )
    else:
        yield ok(f"{folder.path}: {megabytes(free)} free")


def lock_owner(path: Path) -> str | None:
    """Return who holds a run folder, as its lock says, perhaps ""; None if nobody does."""
    try:
        lock = os.open(path / ".lock", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(lock, encoding="utf-8", errors="replace") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return " ".join(file.read(500).split())
    return None


def _places(folder: RunFolder) -> list[Path]:
    inner = (folder.checkpoints.folder, folder.samples, folder.tensorboard)
    return [folder.path, *(place for place in inner if place.is_dir() and not place.is_symlink())]


def _named(entries: list[Path], folder: RunFolder) -> str:
    names = [str(entry.relative_to(folder.path)) for entry in entries]
    rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{rest}"
