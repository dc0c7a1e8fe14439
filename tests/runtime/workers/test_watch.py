"""The watch over all workers: real processes that die, and what the others learn of it."""

import json
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ganae_cli.runtime.workers import watch as module
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.runtime.workers.meeting import meet

WORKER = """
import json, sys
from ganae_cli.runtime.workers import watch as module
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.runtime.workers.meeting import meet

module.GRACE = 1.0
watch = meet(Cluster(tuple(json.loads(sys.argv[1])), int(sys.argv[2])), print, 0.5)
watch.waits(False)
print("met", flush=True)
for line in sys.stdin:
    print(eval(line), flush=True)
"""
KILLED = "was lost: its process was killed, or its machine is gone"


def free_addresses(count: int) -> list[str]:
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"127.0.0.1:{door.getsockname()[1]}" for door in doors]
    for door in doors:
        door.close()
    return addresses


@pytest.fixture
def workers():
    """Three processes that have met, and their addresses."""
    addresses = free_addresses(3)
    words = [sys.executable, "-c", WORKER, json.dumps(addresses)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 1}
    jobs = [subprocess.Popen([*words, str(rank)], text=True, **pipes) for rank in range(3)]
    assert [job.stdout.readline() for job in jobs] == ["met\n"] * 3
    yield jobs, addresses
    for job in jobs:
        job.kill()
        job.wait()
        job.stdin.close()
        job.stdout.close()


def told(job: subprocess.Popen, expression: str) -> str:
    """Let a worker compute something, and return what it prints."""
    job.stdin.write(f"{expression}\n")
    return job.stdout.readline().strip()


def test_a_worker_that_is_killed_is_known_to_all_at_once(workers):
    jobs, addresses = workers
    assert told(jobs[0], "watch.wait(0.2)") == "None"
    began = time.monotonic()
    jobs[1].send_signal(signal.SIGKILL)
    assert [told(job, "watch.wait(5)") for job in (jobs[0], jobs[2])] == [f"worker 1 ({addresses[1]}) {KILLED}"] * 2
    assert time.monotonic() - began < 3


def test_a_worker_that_is_done_is_not_missed(workers):
    jobs, _ = workers
    assert told(jobs[2], "watch.leave(module.DONE)") == "None"
    jobs[2].stdin.close()
    assert jobs[2].wait(10) == 0
    assert [told(job, "watch.wait(1), module.is_broken") for job in jobs[:2]] == ["(None, False)"] * 2


@pytest.mark.parametrize(
    ("word", "why"),
    [("FAILED", "ended with an error, which it has shown"), ("STOPPED", "was told to stop at once")],
)
def test_why_a_worker_left(workers, word, why):
    jobs, addresses = workers
    assert told(jobs[2], f"watch.leave(module.{word})") == "None"
    assert told(jobs[0], "watch.wait(5)") == f"worker 2 ({addresses[2]}) {why}"


def test_a_worker_that_leaves_for_another_names_that_one(workers):
    """A worker that has not noticed by itself learns whose fault it was: of a machine behind a broken switch."""
    jobs, addresses = workers
    lost = "module.Lost(1, 'worker 1', 'is gone')"
    assert told(jobs[2], f"setattr(watch, '_lost', {lost}), watch.leave(module.DONE), module.is_broken")[-5:] == "True)"
    assert told(jobs[0], "watch.wait(5)").startswith(f"worker 1 ({addresses[1]}) was lost")


def test_one_that_waits_is_ended_and_one_at_work_is_not(workers):
    """Within a step, TensorFlow may not return; between steps a worker has whatever time it needs."""
    jobs, addresses = workers
    assert told(jobs[0], "setattr(watch, 'give_up', lambda lost: print('gave up:', lost, flush=True))") == "None"
    assert told(jobs[0], "watch.waits(True)") == "None"
    jobs[1].send_signal(signal.SIGKILL)
    assert jobs[0].stdout.readline() == f"gave up: worker 1 ({addresses[1]}) {KILLED}\n"
    assert jobs[0].wait(5) == 1
    time.sleep(1.5)  # more than GRACE
    assert jobs[2].poll() is None
    assert told(jobs[2], "watch.lost.rank") == "1"


def test_waiting_for_the_time_of_a_block():
    addresses = tuple(free_addresses(2))
    with ThreadPoolExecutor(2) as threads:
        met = list(threads.map(lambda rank: meet(Cluster(addresses, rank), print, 0.5), range(2)))
    watch = met[0]
    watch.waits(False)
    with watch.waiting():
        assert watch._waits_since is not None
    assert watch._waits_since is None
    for one in met:
        one.leave(module.DONE)
        one.leave(module.FAILED)  # a second word counts for nothing
    assert not module.is_broken
    assert met[1].lost is None
