"""Who holds a folder: what the holder writes to its lock file, and what others make of it."""

import contextlib
import json
import os
import platform
import shlex
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from ganae_cli.storage.plain_file import is_whole

_PATIENCE = 0.5  # seconds in which a process that has just made the file writes who it is
_MOST = 4096  # bytes of the file that are read


def sign(number: int) -> None:
    """Write to the lock file who holds it; on a full disk it stays empty."""
    facts = {
        "pid": os.getpid(),
        "host": platform.node(),
        "command": shlex.join([Path(sys.argv[0]).name or "python", *sys.argv[1:]])[:1000],
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
    }
    with contextlib.suppress(OSError):
        os.ftruncate(number, 0)
        os.pwrite(number, (json.dumps(facts) + "\n").encode(), 0)


def read(number: int) -> dict[str, Any]:
    """Return what the holder of a lock file has written; {} for nothing that can be read."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            found = json.loads(os.pread(number, _MOST, 0))
            return found if isinstance(found, dict) else {}
        except (OSError, ValueError, RecursionError):
            if time.monotonic() > until:
                return {}
        time.sleep(0.02)


def in_words(owner: dict[str, Any]) -> str:
    """Return the holder of a folder as it is named to the user.

    >>> in_words({"pid": 7, "host": "node1", "command": "ganae train seed=1", "started": "2026-01-31T12:00:00+00:00"})
    'process 7 on node1, since 2026-01-31T12:00:00+00:00: ganae train seed=1'
    >>> in_words({})
    'another process'
    """
    if not isinstance(owner.get("pid"), int):
        return "another process"
    host, started, command = (_cut(str(owner.get(key, "?"))) for key in ("host", "started", "command"))
    return f"process {owner['pid']} on {host}, since {started}: {command}"


def _cut(text: str, most: int = 100) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def is_gone(owner: dict[str, Any]) -> bool:
    """Return True for a holder that did not say who it is, or whose process of this machine has ended."""
    if not isinstance(owner.get("pid"), int):
        return True
    return owner.get("host") == platform.node() and not is_alive(owner["pid"])


def is_alive(pid: Any) -> bool:
    """Return True if a process of this machine has this number. pid: as read from a file, so anything."""
    if not is_whole(pid) or pid == 0:  # 0 and negative numbers stand for groups of processes
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it belongs to somebody else
        pass
    return True
