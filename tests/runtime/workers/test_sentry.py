"""A process that ends another one which lets no Python code run while it waits for a worker that is gone."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.runtime.workers.test_watch import KILLED, free_addresses

WORKER = """
import ctypes, json, os, sys, time
from ganae_cli.runtime import messages
from ganae_cli.runtime.workers import sentry, watch
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.runtime.workers.meeting import meet

messages.begin(["train", *sys.argv[4:]])
met = meet(Cluster(tuple(json.loads(sys.argv[1])), int(sys.argv[2])), len, 0.5)
with sentry.posted(met):
    print("met", flush=True)
    if sys.argv[3] == "deaf":
        ctypes.PyDLL(None).sleep(60)  # holds Python's lock, as TensorFlow does
    else:
        time.sleep(2)
met.leave("done")
messages.end()
print("over", flush=True)
"""


def start(addresses: list[str], rank: int, how: str, *form: str) -> subprocess.Popen:
    words = [sys.executable, "-c", WORKER, json.dumps(addresses), str(rank), how, *form]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_block_that_ends_dismisses_it():
    addresses = free_addresses(2)
    jobs = [start(addresses, rank, "awake") for rank in range(2)]
    assert [job.communicate(timeout=60) for job in jobs] == [("met\nover\n", "")] * 2


@pytest.mark.slow
@pytest.mark.parametrize("form", ["--quiet", "log.format=json"])
def test_a_deaf_process_is_ended(form):
    """And the reason is heard, in the form that was asked for."""
    addresses = free_addresses(2)
    deaf, other = start(addresses, 0, "deaf", form), start(addresses, 1, "deaf")
    assert [job.stdout.readline() for job in (deaf, other)] == ["met\n"] * 2
    time.sleep(1)
    other.kill()
    began = time.monotonic()
    _, error = deaf.communicate(timeout=60)
    other.communicate()
    assert time.monotonic() - began < 15
    assert deaf.returncode == -signal.SIGKILL
    error = error if form == "--quiet" else json.loads(error)["message"]
    assert error.startswith(f"ganae: error: worker 1 ({addresses[1]}) {KILLED}, before the training began")
