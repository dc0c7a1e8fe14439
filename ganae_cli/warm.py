"""`python -m ganae_cli.warm`: a process that has imported TensorFlow, and forks one that trains for each job.

A fork saves a job the import. It is safe while nothing of TensorFlow runs yet: there is no device and no thread of it,
which is counted before the first fork. The threads of OpenBLAS are others: it stops and starts them around a fork
itself. `sweeps.warm` writes requests to standard input and reads answers, one JSON object a line.

    {"words": ["resume", "x"], "variables": {…}, "folder": "/y", "output": "/y/x/output.log"}  ->  {"pid": 123}
    {"signal": 15, "pid": 123}
    {"ended": 123, "code": 0} is told as soon as a job has ended.
"""

import json
import os
import select
import signal
import sys
from typing import Any, NoReturn

LOOK_SECONDS = 0.05


def main() -> int:
    """Answer requests until standard input is closed, as it is when the parent is gone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)  # the jobs are told by the parent
    requests, answers = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    _import_all()
    _tell(answers, {"strange_threads": strange_threads()})
    running: set[int] = set()
    waiting = b""
    while True:
        if select.select([requests], [], [], LOOK_SECONDS)[0]:
            piece = os.read(requests, 65536)
            if not piece:
                return 0
            *lines, waiting = (waiting + piece).split(b"\n")
            for line in lines:
                _answer(json.loads(line), running, requests, answers)
        for pid in list(running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                running.discard(pid)
                _tell(answers, {"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def strange_threads() -> int:
    """Return the number of threads that are neither the main one nor OpenBLAS's own; -1 where nobody tells."""
    from threadpoolctl import threadpool_info

    try:
        count = len(os.listdir("/proc/self/task"))  # noqa: PTH208 -- names only
    except OSError:
        return -1
    return count - 1 - sum(pool["num_threads"] - 1 for pool in threadpool_info() if pool["internal_api"] == "openblas")


def _import_all() -> None:
    """Import what a training needs, and nothing that makes a device."""
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    import sklearn.datasets
    import sklearn.mixture

    from ganae_cli.commands import resume
    from ganae_cli.training import run

    del sklearn, resume, run


def _tell(answers: int, fact: dict[str, Any]) -> None:
    os.write(answers, json.dumps(fact).encode() + b"\n")


def _answer(request: dict[str, Any], running: set[int], *ours: int) -> None:
    if "signal" in request:
        if request["pid"] in running:  # else it has ended, and another process may have its number
            os.kill(request["pid"], request["signal"])
        return
    pid = os.fork()
    if pid == 0:
        for number in ours:
            os.close(number)
        _train(request)
    running.add(pid)
    _tell(ours[1], {"pid": pid})


def _train(request: dict[str, Any]) -> NoReturn:
    """Become the process of a job, as it would be if it were started afresh, and end with its exit code."""
    code = 1
    try:
        os.setsid()
        output = os.open(request["output"], os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["variables"])
        os.chdir(request["folder"])
        sys.argv = ["ganae", *request["words"]]
        sys.orig_argv = [*request["command"], *request["words"]]
        from ganae_cli import cli

        code = cli.main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    from ganae_cli.runtime import children

    children.leave_current_folder_out()
    sys.exit(main())
