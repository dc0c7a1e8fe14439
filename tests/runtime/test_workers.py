"""Workers find each other before TensorFlow connects them: the variable TF_CONFIG, and processes on loopback."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime import workers
from ganae_cli.runtime.workers import Cluster, cluster, meet


def told(cluster, kind="worker", index=0, **more):
    return json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}} | more)


def free_addresses(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return addresses


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        (told({"worker": ["a:1", "b:2", "c:3"]}, index=2), 2),
        (told({"chief": ["a:1"], "worker": ["b:2", "c:3"]}, "chief"), 0),
        (told({"worker": ["b:2", "c:3"], "chief": ["a:1"]}, index=1, environment="cloud", job="{}"), 2),
        (told({"chief": ["a:1"], "worker": ["b:2", "c:3"], "evaluator": ["d:4"]}, index=0), 1),
    ],
)
def test_ranks_begin_with_the_chief(monkeypatch, text, rank):
    """As Vertex AI and Kubeflow write the variable: an evaluator beside the cluster is no worker."""
    monkeypatch.setenv("TF_CONFIG", text)
    assert cluster() == Cluster(("a:1", "b:2", "c:3"), rank)


@pytest.mark.parametrize("text", ["", " ", "{}", '{"cluster": {}}', '{"environment": "cloud"}', '{"cluster": null}'])
def test_a_variable_without_a_cluster_counts_as_missing(monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    assert cluster() is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{bad", r"is not JSON \(Expecting property name"),
        ("[1]", "names no workers and which one this is"),
        ("3", "names no workers"),
        ('{"cluster": {"worker": ["a:1"]}}', "names no workers"),
        ('{"cluster": ["a:1"], "task": {"type": "worker", "index": 0}}', "names no workers"),
        ('{"cluster": {"worker": ["a:1"]}, "task": 0}', "names no workers"),
        (told({"worker": ["a:1", "b:1"]}, index=2), "names no worker of index 2"),
        (told({"worker": ["a:1", "b:1"]}, index=-1), "names no worker of index -1"),
        (told({"worker": ["a:1", "b:1"]}, index="0"), "names no worker of index '0'"),
        (told({"worker": ["a:1", "b:1"]}, "chief"), "names no chief of index 0"),
        (told({"worker": "a:1"}), 'has "a:1" where a list of addresses HOST:PORT'),
        (told({"worker": ["a:1", "b"]}), 'names the address "b", which is not HOST:PORT'),
        (told({"worker": ["a:1", "b:99999"]}), 'names the address "b:99999"'),
        (told({"worker": ["a:1", 7]}), "names the address 7"),
        (told({"worker": ["a:1", "a:1"]}), "two chiefs, or an address twice"),
        (told({"chief": ["a:1", "b:1"]}, "chief"), "two chiefs, or an address twice"),
        (told({"worker": ["a:1"], "ps": ["b:1"]}), "a task of type 'ps': ganae trains with a chief and workers alone"),
        (told({"worker": ["a:1"], "ps": ["b:1"]}, "ps"), "a task of type 'ps'"),
        (told({"worker": ["a:1"]}, "evaluator"), "a task of type 'evaluator'"),
    ],
)
def test_a_variable_that_is_not_sound_is_refused(monkeypatch, text, message):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(UserError, match=message) as refused:
        cluster()
    assert "\n" not in str(refused.value)


def test_workers_that_all_come_meet():
    those = free_addresses(3)
    said: list[str] = []
    met = [threading.Thread(target=meet, args=(Cluster(tuple(those), rank), said.append, 0.5)) for rank in range(3)]
    for number, worker in enumerate(met):
        time.sleep(0.3 * number)
        worker.start()
    for worker in met:
        worker.join(20)
    assert not any(worker.is_alive() for worker in met)
    assert said == []


def test_who_is_absent_is_said_and_not_waited_for_forever(monkeypatch):
    """The third worker has come, the second has not."""
    those = tuple(free_addresses(3))
    monkeypatch.setattr(workers, "FIRST_LINE", 0.5)
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
