"""The meeting of all workers, before TensorFlow connects them.

TensorFlow waits for absent workers without a word, and deaf to signals. So the workers meet here first: each listens at
its own address until it has reached all others and they have reached it. The lines over which they met stay open.
"""

import contextlib
import os
import socket
import time
from collections.abc import Callable

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.runtime.workers.watch import Watch

MINUTES = "GANAE_WORKER_MINUTES"  # variable: how long to wait for other workers
DEFAULT_MINUTES = 30.0
FIRST_LINE, LINE_EVERY, POLL = 3.0, 30.0, 0.3  # seconds
PATIENCE = 2.0  # seconds for a connection, and for what its caller says


def meet(those: Cluster, say: Callable[[str], object], minutes: float | None = None) -> Watch:
    """Return the watch over all workers once every worker has reached every other.

    say: is told from time to time whom this one waits for. minutes: to wait at most; None: as the variable
    GANAE_WORKER_MINUTES says. Signals act while it waits. Raises UserError if a worker stays away, or if this process
    cannot listen at its own address.
    """
    minutes = _minutes() if minutes is None else minutes
    began = time.monotonic()
    next_line = began + FIRST_LINE
    others = set(range(len(those.addresses))) - {those.rank}
    reached: dict[int, socket.socket] = {}
    heard: dict[int, socket.socket] = {}
    with contextlib.ExitStack() as unmet, _listening(those, len(others)) as door:
        unmet.callback(_close, reached, heard)
        while True:
            for rank in others - set(reached):
                if line := _call(those.addresses[rank], those.rank):
                    reached[rank] = line
            for rank, line in _callers(door):
                if rank in others:
                    heard[rank] = line  # in place of an earlier one, of a process that was started again
            for lines in (reached, heard):
                _leave_out_gone(lines)
            missing = sorted(others - (set(reached) & set(heard)))
            if not missing:
                unmet.pop_all()
                return Watch(those, reached, heard)
            absent = [those.addresses[rank] for rank in missing]
            now = time.monotonic()
            named = ", ".join(absent[:4]) + (", …" if len(absent) > 4 else "")
            if now > began + 60 * minutes:
                raise UserError(
                    f"{len(absent)} of {len(those.addresses)} workers did not come within {minutes:g} minutes: {named} "
                    f"(as {those.named_by} names them; {MINUTES}=N waits for N minutes)"
                )
            if now > next_line:
                say(f"waiting for {len(absent)} of {len(those.addresses)} workers ({named})")
                next_line = now + LINE_EVERY


def _minutes() -> float:
    text = os.environ.get(MINUTES) or str(DEFAULT_MINUTES)
    with contextlib.suppress(ValueError):
        if float(text) > 0:
            return float(text)
    raise UserError(f"the variable {MINUTES} must be a number above 0, got '{text}'")


def _listening(those: Cluster, others: int) -> socket.socket:
    """Return the socket at which other workers find this one."""
    port = int(those.own.rpartition(":")[2])
    try:
        return socket.create_server(("", port), backlog=max(16, 2 * others))
    except OSError as error:
        raise UserError(
            f"cannot listen at {those.own}, this worker's address in {those.named_by}: {error.strerror}"
        ) from error


def _call(address: str, rank: int) -> socket.socket | None:
    """Tell the worker at an address this one's rank; return the line to it, or None if nobody listens there."""
    host, _, port = address.rpartition(":")
    try:
        line = socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
    except OSError:  # refused, unreachable, or a name that is not known yet
        return None
    try:
        line.sendall(f"{rank}\n".encode())
    except OSError:
        line.close()
        return None
    return line


def _callers(door: socket.socket) -> list[tuple[int, socket.socket]]:
    """Return rank and line of those who called, once nobody has called for a while."""
    found = []
    door.settimeout(POLL)
    with contextlib.suppress(TimeoutError):
        while True:
            line, _ = door.accept()
            rank = _rank(line)
            if rank is None:  # a stranger
                line.close()
            else:
                found.append((rank, line))
    return found


def _rank(line: socket.socket) -> int | None:
    """Return the rank that a caller says."""
    text, until = b"", time.monotonic() + PATIENCE
    with contextlib.suppress(OSError):
        while not text.endswith(b"\n") and len(text) < 16 and time.monotonic() < until:
            line.settimeout(PATIENCE)
            one = line.recv(1)
            if not one:
                return None
            text += one
    return int(text) if text.endswith(b"\n") and text.strip().isdigit() else None


def _leave_out_gone(lines: dict[int, socket.socket]) -> None:
    """Drop the lines to workers that have ended since, and may have been started again."""
    for rank, line in list(lines.items()):
        line.setblocking(False)
        try:
            is_gone = not line.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            continue
        except OSError:
            is_gone = True
        if is_gone:
            lines.pop(rank).close()


def _close(*lines: dict[int, socket.socket]) -> None:
    for line in (line for some in lines for line in some.values()):
        line.close()
