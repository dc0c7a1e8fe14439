"""Workers find each other before TensorFlow connects them: processes and threads on loopback."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers import meeting
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.runtime.workers.meeting import meet


def told(cluster, kind="worker", index=0, **more):
    return json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}} | more)


def free_addresses(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return addresses


def test_workers_that_all_come_meet():
    those = free_addresses(3)
    said: list[str] = []
    with ThreadPoolExecutor(3) as threads:
        met = []
        for rank in range(3):
            time.sleep(0.3 * rank)
            met.append(threads.submit(meet, Cluster(tuple(those), rank), said.append, 0.5))
        watches = [one.result(20) for one in met]
    assert (said, [watch.lost for watch in watches]) == ([], [None] * 3)
    for watch in watches:
        watch.leave("done")


def test_who_is_absent_is_said_and_not_waited_for_forever(monkeypatch):
    """The third worker has come, the second has not."""
    those = tuple(free_addresses(3))
    monkeypatch.setattr(meeting, "FIRST_LINE", 0.5)
    said: list[str] = []
    with ThreadPoolExecutor(1) as threads:
        third = threads.submit(meet, Cluster(those, 2), len, 0.05)
        with pytest.raises(UserError) as refused:
            meet(Cluster(those, 0), said.append, minutes=0.03)
    assert isinstance(third.exception(), UserError)
    assert said == [f"waiting for 1 of 3 workers ({those[1]})"]
    assert str(refused.value) == (
        f"1 of 3 workers did not come within 0.03 minutes: {those[1]} "
        "(as TF_CONFIG names them; GANAE_WORKER_MINUTES=N waits for N minutes)"
    )


def test_a_stranger_at_the_door_is_no_worker():
    """Something that answers at a worker's address, and calls as a port scanner does, but never says its rank."""
    own, other = free_addresses(2)
    with socket.create_server(("127.0.0.1", int(other.rpartition(":")[2]))), ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(meet, Cluster((own, other), 0), len, 0.03)
        while not waiting.done():
            address = "127.0.0.1", int(own.rpartition(":")[2])
            with contextlib.suppress(OSError), socket.create_connection(address, timeout=1) as line:
                line.sendall(b"GET / HTTP/1.1\r\n\r\n")
            time.sleep(0.5)
    assert isinstance(waiting.exception(), UserError)


def test_an_address_in_use():
    own, other = free_addresses(2)
    with (
        socket.create_server(("", int(own.rpartition(":")[2]))),
        pytest.raises(UserError, match=f"cannot listen at {own}, this worker's address in TF_CONFIG: Address already"),
    ):
        meet(Cluster((own, other), 0), print, minutes=0.01)


@pytest.mark.parametrize("minutes", ["soon", "0", "-1"])
def test_minutes_of_the_variable(monkeypatch, minutes):
    monkeypatch.setenv("GANAE_WORKER_MINUTES", minutes)
    with pytest.raises(UserError, match=f"GANAE_WORKER_MINUTES must be a number above 0, got '{minutes}'"):
        meet(Cluster(tuple(free_addresses(2)), 0), print)


@pytest.mark.parametrize(
    ("number", "code"), [pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow), (signal.SIGTERM, 143)]
)
def test_a_waiting_worker_obeys(tmp_path, number, code):
    """It says whom it waits for, ends on a signal, and leaves no folder behind."""
    own, absent = free_addresses(2)
    words = ["train", "model=gan", "dataset=ring", f"hydra.run.dir={tmp_path / 'run'}"]
    given = os.environ | {"TF_CONFIG": told({"worker": [own, absent]})}
    job = subprocess.Popen([sys.executable, "-m", "ganae_cli", *words], env=given, stderr=subprocess.PIPE, text=True)
    assert job.stderr.readline() == f"waiting for 1 of 2 workers ({absent})\n"
    job.send_signal(number)
    assert job.wait(20) == code
    assert not (tmp_path / "run").exists()


def test_a_worker_that_was_started_again_is_waited_for():
    """The line to its first process is gone."""
    own, other = free_addresses(2)
    with ThreadPoolExecutor(2) as threads:
        with socket.create_server(("127.0.0.1", int(other.rpartition(":")[2]))) as door:
            first = threads.submit(meet, Cluster((own, other), 0), print, 0.5)
            line, _ = door.accept()
            assert line.recv(2) == b"0\n"
            line.close()
        second = meet(Cluster((own, other), 1), print, 0.5)
        watch = first.result()
        assert (second.wait(0.5), watch.lost) == (None, None)
        for one in (watch, second):
            one.leave("done")
