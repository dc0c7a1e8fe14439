"""Ties a process to the one that started it: the child stops, as after SIGTERM, when its parent is gone.

The child reads from a pipe whose other end only the parent holds. However the parent ends, by SIGKILL too, the system
then closes that end. Unlike the death signal of Linux (prctl), which follows the parent's thread, this holds on every
system.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

VARIABLE = "GANAE_LIFELINE"  # names the child's end of the pipe
_followed: list[int] = []  # the child's end, in a child that follows


@contextlib.contextmanager
def tied() -> Iterator[dict[str, Any]]:
    """Give the options of `subprocess` that tie a child to this block and this process.

    The child must call `follow`. One that is still alive at the end of the block is told to stop.
    """
    reader, writer = os.pipe()
    try:
        yield {"pass_fds": (reader,), "env": os.environ | {VARIABLE: str(reader)}}
    finally:
        os.close(reader)
        os.close(writer)


def follow() -> None:
    """Send SIGTERM to this process when its parent is gone. Without a parent that is `tied`, do nothing."""
    named = os.environ.pop(VARIABLE, "")  # not for the processes that this one starts
    try:
        reader = int(named)
        os.set_inheritable(reader, False)
    except (ValueError, OSError):
        return
    _followed.append(reader)
    threading.Thread(target=_watch, args=(reader,), name="lifeline", daemon=True).start()


def handed_on() -> dict[str, str]:
    """Return the variable for a program that takes the place of this process (exec), and follows its parent then."""
    for reader in _followed:
        os.set_inheritable(reader, True)
    return {VARIABLE: str(_followed[0])} if _followed else {}


def _watch(reader: int) -> None:
    while os.read(reader, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
