"""Workers on this machine: real processes, whose output and exit codes are put together."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from ganae_cli.runtime.workers import local

LAUNCH = """
import sys
from ganae_cli.runtime import children, messages
from ganae_cli.runtime.workers import local

children.command = lambda module, *words: [sys.executable, "-c", *words]  # instead of ganae
local.PATIENCE, local.MORE = 1.0, 1.0
words = messages.begin(["launch", *sys.argv[2:]])[1:]
code = local.run([sys.argv[1], *words], local.configs(3))
messages.end()
sys.exit(code)
"""
RANK = "import json, os, sys, time, signal\nrank = json.loads(os.environ['TF_CONFIG'])['task']['index']\n"
SLEEP = "time.sleep(60)\n"


def launch(*lines: str, form: tuple[str, ...] = ()) -> subprocess.Popen:
    """Start three workers that run some lines of Python. form: words that say how lines are shown."""
    words = [sys.executable, "-c", LAUNCH, RANK + "\n".join(lines), *form]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_each_worker_has_an_address_of_its_own():
    told = [json.loads(config) for config in local.configs(3)]
    assert [one["task"] for one in told] == [{"type": "worker", "index": rank} for rank in range(3)]
    addresses = told[0]["cluster"]["worker"]
    assert [one["cluster"]["worker"] for one in told] == [addresses] * 3
    assert len(set(addresses)) == 3


def test_the_first_worker_is_heard_and_the_others_if_they_fail_in_another_way():
    job = launch("print('out', rank)", "print('err', rank, file=sys.stderr)", "sys.exit({0: 0, 1: 0, 2: 5}[rank])")
    out, error = job.communicate(timeout=30)
    assert (job.returncode, out, error) == (5, "out 0\n", "err 0\nworker 2: err 2\n")


IMPORTS = "from ganae_cli.runtime import messages\nfrom ganae_cli.terminal import tell\n"
FORM = f"{IMPORTS}messages.begin(['train', *sys.argv[1:]])"
SAYS = "tell(f'step {rank}'), tell(f'ganae: warning: {rank}'), messages.end(), sys.exit({0: 0, 1: 0, 2: 5}[rank])"


def test_objects_are_not_wrapped_into_objects():
    job = launch(FORM, SAYS, form=("log.format=json",))
    found = [json.loads(line) for line in job.communicate(timeout=30)[1].splitlines()]
    assert [(one["level"], one["event"], one["message"]) for one in found] == [
        ("info", "message", "step 0"),
        ("warning", "message", "ganae: warning: 0"),
        ("info", "message", "worker 2: step 2"),
        ("warning", "message", "worker 2: ganae: warning: 2"),
    ]


def test_workers_are_as_quiet_as_their_launch():
    job = launch(FORM, SAYS, form=("--quiet",))
    assert job.communicate(timeout=30)[1] == "ganae: warning: 0\nworker 2: ganae: warning: 2\n"


def test_that_a_worker_was_killed_is_no_quiet_matter():
    job = launch("os.kill(os.getpid(), signal.SIGKILL) if rank == 1 else time.sleep(0.6)", form=("--quiet",))
    assert job.communicate(timeout=30)[1] == "worker 1: killed by SIGKILL\n"


def test_what_all_say_is_said_once():
    job = launch("print('refused', file=sys.stderr)", "sys.exit(2)")
    assert (job.communicate(timeout=30)[1], job.returncode) == ("refused\n", 2)


def test_the_code_is_that_of_the_first_that_failed():
    """Worker 1 is killed; the others end for its sake, with codes of their own."""
    lines = ["os.kill(os.getpid(), signal.SIGKILL) if rank == 1 else time.sleep(0.6)", "sys.exit(1 + rank)"]
    job = launch(*lines)
    assert (job.communicate(timeout=30)[1], job.returncode) == ("worker 1: killed by SIGKILL\n", 137)


def test_workers_that_do_not_end_by_themselves_are_told_and_then_killed():
    lines = ["signal.signal(signal.SIGTERM, lambda *_: print('told', file=sys.stderr, flush=True))"]
    began = time.monotonic()
    job = launch(*lines, "rank == 2 and sys.exit(3)", SLEEP, SLEEP)
    error = job.communicate(timeout=30)[1]
    assert job.returncode == 3
    said = ["told", "worker 0: killed by SIGKILL", "worker 1: told", "worker 1: killed by SIGKILL"]
    assert error.splitlines() == said
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_is_passed_on_once(number):
    lines = [f"signal.signal({number}, lambda *_: [print('got it', rank, flush=True), sys.exit({128 + number})])"]
    job = launch(*lines, "print('ready', flush=True)", SLEEP)
    assert job.stdout.readline() == "ready\n"
    time.sleep(1)
    job.send_signal(number)
    out, error = job.communicate(timeout=30)
    assert (job.returncode, out, error) == (128 + number, "got it 0\n", "")


def test_no_worker_is_left_when_launch_is_killed(tmp_path):
    """As `ganae` does, the workers follow their parent."""
    lines = ["from ganae_cli.runtime import lifeline", "lifeline.follow()", "print(os.getpid(), flush=True)", SLEEP]
    job = launch(f"open('{tmp_path}/' + str(os.getpid()), 'w')", *lines)
    job.stdout.readline()
    while len(list(tmp_path.iterdir())) < 3:
        time.sleep(0.1)
    time.sleep(1)
    job.kill()
    job.communicate()
    until = time.monotonic() + 10
    while any(_is_there(int(path.name)) for path in tmp_path.iterdir()):
        assert time.monotonic() < until
        time.sleep(0.1)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
