"""A process that has imported TensorFlow and forks a child for each `ganae` command, which saves its import.

Run as `python -m tests.faults.forker`, it reads requests from standard input and answers on standard output, one JSON
object a line:

    {"start": ["train", "model=gan"], "log": FILE, "arm": {…}, "obeys": true, "size": BYTES}  ->  {"pid": 123}
    {"wait": 123, "seconds": 60}  ->  {"code": 0}       negative for a signal, null if it still ran and was killed

A fork has no device yet, so TensorFlow starts anew in each child, as in a process of its own.
"""

import json
import os
import signal
import sys
import time

from tests.faults import child


def main() -> None:
    _import_all()
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    print("{}", file=answers, flush=True)  # ready
    for line in requests:
        request = json.loads(line)
        if "start" in request:
            pid = os.fork()
            if pid == 0:
                requests.close()
                answers.close()
                sys.exit(_run(request))
            answer: dict = {"pid": pid}
        else:
            answer = {"code": _wait(request["wait"], request["seconds"])}
        print(json.dumps(answer), file=answers, flush=True)


def _import_all() -> None:
    """Import what a run needs, and nothing that makes a device."""
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    import hydra.core.utils
    import matplotlib.figure
    import sklearn.datasets
    import sklearn.mixture

    from ganae_cli.command_line import hydra_app, plan
    from ganae_cli.commands import resume, train
    from ganae_cli.training import run

    del hydra, matplotlib, sklearn, hydra_app, plan, resume, train, run


def _run(request: dict) -> int:
    """Run a command in the child and return its exit code."""
    from ganae_cli import cli

    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, place)
    if request.get("obeys"):
        child.obey_permissions()
    if request.get("size") is not None:
        child.limit_size(request["size"], dies=False)
    if request.get("arm"):
        child.arm(**request["arm"])
    sys.argv = ["ganae", *request["start"]]
    return cli.main()


def _wait(pid: int, seconds: float) -> int | None:
    """Return how a child ended; None if it did not within the time: it is killed then."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


if __name__ == "__main__":
    main()
