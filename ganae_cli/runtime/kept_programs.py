"""The files of one folder of compiled programs: each with a checksum beside it, or it is not used.

TensorFlow runs what such a file holds as it is: half a program or a flipped bit ends every run that needs it, with an
error that names no file, or with a crash. So a run first deletes what has no checksum or another one, and once its own
programs have run, it writes theirs.
"""

import contextlib
import hashlib
import os
import re
import tempfile
import time
from pathlib import Path

from ganae_cli.runtime import user_cache

SUFFIX = ".sha256"  # of the file that holds a program's checksum: its name behind the program's
ABANDONED_AFTER = 3600.0  # seconds after which a temporary file has no writer any more
_FOLDER = re.compile(r"[0-9a-f]{16}$")  # of one machine: see `xla_cache`
_PROGRAM = "xla_compile_cache*.pb"  # TensorFlow's names
_TEMPORARY = (f"{_PROGRAM}*.tmp", ".tmp-*")  # TensorFlow's and ours, of writers that were killed or had no room


def programs(folder: Path) -> list[Path]:
    """Return the programs of one folder."""
    return sorted(folder.glob(_PROGRAM))


def folders(root: Path) -> list[Path]:
    """Return the folders of programs, one for each machine, and nothing else that may lie there."""
    return sorted(path for path in root.glob("*") if _FOLDER.match(path.name) and path.is_dir())


def is_whole(program: Path) -> bool | None:
    """Return True for a program with the right checksum, None for one without; False for a damaged one.

    One that is not the user's own file is damaged, too.
    """
    try:
        known = _checksum_file(program).read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return user_cache.is_own_file(program) and checksum(program) == known


def checksum(program: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal. It is read in one piece, during which other threads go on."""
    return hashlib.sha256(program.read_bytes()).hexdigest()


def clean(folder: Path) -> list[Path]:
    """Delete the programs that must not be used, and abandoned files; return the programs that were damaged."""
    damaged = []
    for program in programs(folder):
        with contextlib.suppress(FileNotFoundError):  # another process has just deleted it
            whole = is_whole(program)
            if whole is False:
                damaged.append(program)
            if not whole:
                delete(program)
    for pattern in _TEMPORARY:
        for path in folder.glob(pattern):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.lstat().st_mtime > ABANDONED_AFTER:
                    path.unlink()
    return damaged


def vouch(folder: Path) -> None:
    """Write the checksum of each program that has none: they have just been written, and have run."""
    for program in programs(folder):
        path = _checksum_file(program)
        if path.exists():
            continue
        with contextlib.suppress(OSError):  # a program without a checksum is compiled again, no more
            program.chmod(0o600)  # TensorFlow leaves it to the umask
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=".tmp-")
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(f"{checksum(program)}\n")
                os.replace(temporary, path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise


def delete(program: Path) -> None:
    """Delete a program and its checksum."""
    program.unlink(missing_ok=True)
    _checksum_file(program).unlink(missing_ok=True)


def delete_oldest(root: Path, most_bytes: int) -> None:
    """Delete programs of all machines, oldest first, until all of them together have at most so many bytes."""
    found = []
    for program in [path for folder in folders(root) for path in programs(folder)]:
        with contextlib.suppress(FileNotFoundError):
            facts = program.lstat()
            found.append((facts.st_mtime, facts.st_size, program))
    total = sum(size for _, size, _ in found)
    for _, size, program in sorted(found):
        if total <= most_bytes:
            return
        delete(program)
        total -= size


def _checksum_file(program: Path) -> Path:
    return program.with_name(program.name + SUFFIX)
