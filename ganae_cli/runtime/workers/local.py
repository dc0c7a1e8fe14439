"""Workers of one run on this machine: their addresses, their processes, and what is shown of them."""

import json
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import IO

from ganae_cli.runtime import children, lifeline, messages, process
from ganae_cli.runtime.workers.tf_config import VARIABLE
from ganae_cli.terminal import printable, tell

HOST = "127.0.0.1"
POLL = 0.1
LINES = 50  # of a worker that are kept, to be shown if it fails
PATIENCE = 40.0  # seconds after the first failure in which the others end by themselves; then they are told to
MORE = 20.0  # seconds in which they do what they are told; then they are killed


def configs(count: int) -> list[str]:
    """Return TF_CONFIG of each of so many workers, at ports of this machine that are free now."""
    doors = [socket.create_server((HOST, 0)) for _ in range(count)]
    addresses = [f"{HOST}:{door.getsockname()[1]}" for door in doors]
    for door in doors:
        door.close()
    cluster = {"worker": addresses}
    return [json.dumps({"cluster": cluster, "task": {"type": "worker", "index": rank}}) for rank in range(count)]


def run(words: Sequence[str], given: Sequence[str]) -> int:
    """Run `ganae` with the words in as many processes as there are TF_CONFIGs. Return the first failure's code, or 0.

    The first worker shows what it says at once; what the others have said is shown if they fail in another way than the
    first. Signals that ask this process to stop are passed on, once each; no worker outlives it.
    """
    received: list[int] = []
    with process.handling_signals(received.append), lifeline.tied() as tied:
        workers = [_Worker(rank, words, config, tied) for rank, config in enumerate(given)]
        try:
            failed = _wait(workers, received)
        finally:
            for worker in workers:
                worker.popen.kill()
                worker.popen.wait()
    _show(workers)
    return 128 + received[0] if received and not failed else failed


class _Worker:
    """A process that is one of the workers; a session of its own, so that a Ctrl-C reaches it once, from here."""

    def __init__(self, rank: int, words: Sequence[str], config: str, tied: dict):
        self.rank = rank
        self.lines: deque[str] = deque(maxlen=LINES)
        others = rank > 0
        self.popen = subprocess.Popen(
            children.command("ganae_cli", *words, *([messages.QUIET] if messages.is_quiet() else [])),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if others else None,
            stderr=subprocess.PIPE if others else messages.descriptor(),
            start_new_session=True,
            pass_fds=tied["pass_fds"],
            env=tied["env"] | {VARIABLE: config},
        )
        self.reader = threading.Thread(target=self._read, args=(self.popen.stderr,), daemon=True)
        self.reader.start()

    def _read(self, stream: IO[bytes] | None) -> None:
        for line in stream or ():
            self.lines.append(messages.text_of(line.decode(errors="replace").rstrip()))

    @property
    def code(self) -> int | None:
        """The exit code as a shell has it: 128 + its number for a signal; None while it runs."""
        found = self.popen.poll()
        return 128 - found if found is not None and found < 0 else found


def _wait(workers: list[_Worker], received: list[int]) -> int:
    """Wait until all have ended. Return the exit code of the first that failed, 0 for none."""
    failed, passed_on, until = 0, 0, float("inf")
    is_told = False
    while any(worker.code is None for worker in workers):
        time.sleep(POLL)
        for number in received[passed_on:]:
            passed_on += 1
            for worker in workers:
                worker.popen.send_signal(number)
        codes = [worker.code for worker in workers]
        if not failed and (failed := next((code for code in codes if code), 0)):
            until = time.monotonic() + PATIENCE
        if time.monotonic() > until:
            for worker in workers:
                worker.popen.send_signal(signal.SIGKILL if is_told else signal.SIGTERM)
            is_told, until = True, time.monotonic() + MORE
    return failed or next((worker.code for worker in workers if worker.code), 0)


def _show(workers: list[_Worker]) -> None:
    """Show what those workers have said that failed in another way than the first one, whose lines were seen.

    And who was killed, and could not say so itself.
    """
    for worker in workers:
        worker.reader.join(POLL)
        killed_by = -worker.popen.returncode if worker.popen.returncode < 0 else 0
        is_heard = worker.rank == 0 or not worker.code or worker.code == workers[0].code
        lines = [] if is_heard and not killed_by else [line for line in worker.lines if line]
        for line in lines:
            level = messages.level_of(line)
            if messages.is_quiet() and level not in messages.SHOWN:  # what a quiet worker says has a reason
                level = "warning"
            tell(printable(f"worker {worker.rank}: {line}"), level=level)
        if killed_by:
            tell(f"worker {worker.rank}: killed by {signal.Signals(killed_by).name}", level="warning")
