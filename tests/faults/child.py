"""How a process of the harness dies: by the kernel, at a file event or a file size that was chosen before it began.

No part of ganae is replaced. An audit hook (PEP 578) sees each file that Python code opens for writing, renames or
deletes, just before that happens, and sends SIGKILL. Half-written files come from a limit on the size of files: the
kernel cuts the write at that byte, and its signal ends the process (SIGXFSZ, whose default is to end it at once).
"""

import ctypes
import os
import re
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree")
WRITING = os.O_WRONLY | os.O_RDWR


def arm(
    folder: str,
    notes: str,
    at: int | None = None,
    match: Sequence[str] = (),
    torn: int | None = None,
    size: int | None = None,
    stops: bool = False,
) -> None:
    """Prepare the death of this process. Each event below `folder` is a line in the file `notes`.

    at: number of the event, from 0, before which it dies. match: pattern of the event before which it dies; it is
    searched in the last two lines. torn: if that event opens a file for writing, die instead once so many bytes were
    added to it. size: die once any file has so many bytes. stops: instead of dying, wait for SIGCONT, and then for the
    next pattern of `match`. Without any of these: only take notes.
    """
    notes_file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    lines, patterns = [""], list(match)

    def look(event: str, given: tuple[Any, ...]) -> None:
        line = _line(event, given, folder)
        if line is None:
            return
        os.write(notes_file, f"{line}\n".encode())
        lines.append(line)
        is_met = bool(patterns) and re.search(patterns[0], "\n".join(lines[-2:])) is not None
        if is_met and stops:
            del patterns[0]
            os.kill(os.getpid(), signal.SIGSTOP)
        elif is_met or len(lines) - 2 == at:
            if torn is None or event != "open":
                os.kill(os.getpid(), signal.SIGKILL)
            limit_size(_bytes(given[0]) + (torn or 0))

    if size is not None:
        limit_size(size)
    sys.addaudithook(look)


def limit_size(size: int, dies: bool = True) -> None:
    """Let this process write no file beyond so many bytes: it dies, or else the write fails (EFBIG)."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if dies else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def obey_permissions() -> None:
    """Take from this process root's privilege to write what its permissions forbid (Linux)."""
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()  # effective, permitted, …
    system = ctypes.CDLL(None, use_errno=True)
    system.capget(header, sets)
    for number in (0, 1):
        sets[number] &= ~(1 << 1)  # CAP_DAC_OVERRIDE
    if system.capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")


def _line(event: str, given: tuple[Any, ...], folder: str) -> str | None:
    """Return an event in words, as `open status.json`; None for one that changes nothing below the folder.

    A relative path is one below an opened folder.
    """
    if event == "open":
        if not isinstance(given[0], str | bytes | os.PathLike) or not (given[2] or 0) & WRITING:
            return None
        paths = [given[0]]
    elif event in EVENTS:
        paths = [path for path in given[:2] if isinstance(path, str | bytes | os.PathLike)]
    else:
        return None
    named = [os.fsdecode(path) for path in paths]
    if not any(name.startswith(folder) or not os.path.isabs(name) for name in named):  # noqa: PTH117
        return None
    return " ".join([event, *(name.removeprefix(folder).lstrip("/") for name in named)])


def _bytes(path: Any) -> int:
    try:
        return Path(os.fsdecode(path)).stat().st_size
    except OSError:
        return 0
