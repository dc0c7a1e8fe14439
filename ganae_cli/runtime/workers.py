"""The workers of a run, as the variable TF_CONFIG names them, and their meeting before TensorFlow connects them.

TensorFlow waits for absent workers without a word, and deaf to signals. So the workers meet here first: each listens at
its own address until it has reached all others and they have reached it.
"""

import contextlib
import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from ganae_cli.errors import UserError

EXAMPLE = '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
TRAINING = ("chief", "worker")  # types of tasks that train, in the order of their ranks
MINUTES = "GANAE_WORKER_MINUTES"  # variable: how long to wait for other workers
DEFAULT_MINUTES = 30.0
FIRST_LINE, LINE_EVERY, POLL = 3.0, 30.0, 0.3  # seconds


@dataclass(frozen=True)
class Cluster:
    """The addresses HOST:PORT of all workers in the order of their ranks, the chief's first; rank: of this process."""

    addresses: tuple[str, ...]
    rank: int


def cluster() -> Cluster | None:
    """Return the cluster that TF_CONFIG names; None if it names none.

    The chief is the task "chief", as on Vertex AI and with Kubeflow, or else the first worker. Raises UserError for a
    TF_CONFIG that is not sound, and for a process that shall not train: ganae has no parameter servers or evaluators.
    """
    text = os.environ.get("TF_CONFIG", "").strip()
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        _refuse(f"is not JSON ({error})")
    if not isinstance(given, dict):
        _refuse("names no workers and which one this is")
    jobs = given.get("cluster")
    if not jobs:
        return None
    task = given.get("task")
    kind, index = (task.get("type"), task.get("index")) if isinstance(task, dict) else (None, None)
    if not isinstance(jobs, dict) or kind is None:
        _refuse("names no workers and which one this is")
    others = [name for name in dict.fromkeys([*jobs, kind]) if name not in (*TRAINING, "evaluator")]
    if others or kind not in TRAINING:
        raise UserError(
            f"the variable TF_CONFIG names a task of type '{others[0] if others else kind}': ganae trains with a chief "
            f"and workers alone; expected {EXAMPLE}"
        )
    addresses = {name: _addresses(jobs.get(name, [])) for name in TRAINING}
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(addresses[kind]):
        _refuse(f"names no {kind} of index {index!r}")
    every = (*addresses["chief"], *addresses["worker"])
    if len(addresses["chief"]) > 1 or len(set(every)) < len(every):
        _refuse("names two chiefs, or an address twice")
    return Cluster(every, index + (len(addresses["chief"]) if kind == "worker" else 0))


def _addresses(given: Any) -> list[str]:
    if not isinstance(given, list):
        _refuse(f"has {json.dumps(given)} where a list of addresses HOST:PORT is expected")
    for text in given:
        host, _, port = str(text).rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            _refuse(f"names the address {json.dumps(text)}, which is not HOST:PORT")
    return given


def _refuse(what: str) -> NoReturn:
    raise UserError(f"the variable TF_CONFIG {what}; expected {EXAMPLE}")


def meet(those: Cluster, say: Callable[[str], object], minutes: float | None = None) -> None:
    """Return once every worker has reached every other. say: is told from time to time whom this one waits for.

    minutes: to wait at most; None: as the variable GANAE_WORKER_MINUTES says. Signals act while it waits. Raises
    UserError if a worker stays away, or if this process cannot listen at its own address.
    """
    minutes = _minutes() if minutes is None else minutes
    began = time.monotonic()
    next_line = began + FIRST_LINE
    others = set(range(len(those.addresses))) - {those.rank}
    reached: set[int] = set()
    heard: set[int] = set()
    with _listening(those.addresses[those.rank], len(others)) as door:
        while True:
            reached |= {rank for rank in others - reached if _call(those.addresses[rank], those.rank)}
            heard |= _callers(door) & others
            absent = [those.addresses[rank] for rank in sorted(others - (reached & heard))]
            if not absent:
                return
            now = time.monotonic()
            named = ", ".join(absent[:4]) + (", …" if len(absent) > 4 else "")
            if now > began + 60 * minutes:
                raise UserError(
                    f"{len(absent)} of {len(those.addresses)} workers did not come within {minutes:g} minutes: {named} "
                    f"(as TF_CONFIG names them; {MINUTES}=N waits for N minutes)"
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


def _listening(address: str, others: int) -> socket.socket:
    """Return the socket at which other workers find this one."""
    port = int(address.rpartition(":")[2])
    try:
        return socket.create_server(("", port), backlog=max(16, 2 * others))
    except OSError as error:
        raise UserError(f"cannot listen at {address}, this worker's address in TF_CONFIG: {error.strerror}") from error


def _call(address: str, rank: int) -> bool:
    """Tell the worker at an address this one's rank. Return False if nobody listens there."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=2) as line:
            line.sendall(f"{rank}\n".encode())
    except OSError:  # refused, unreachable, or a name that is not known yet
        return False
    return True


def _callers(door: socket.socket) -> set[int]:
    """Return the ranks of those who called, once nobody has called for a while."""
    heard = set()
    door.settimeout(POLL)
    with contextlib.suppress(TimeoutError):
        while True:
            line, _ = door.accept()
            with line, contextlib.suppress(OSError):
                line.settimeout(2)
                text = line.makefile("rb").readline(16).strip()
                heard |= {int(text)} if text.isdigit() else set()
    return heard
