"""A process that ends another one while TensorFlow connects it to workers of which one is gone.

Until it has connected them, TensorFlow lets no Python code of its process run, so that the watch cannot act. It would
wait for an hour.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

from ganae_cli.runtime import children
from ganae_cli.runtime.workers.watch import GRACE, WHY, Watch

MODULE = "ganae_cli.runtime.workers.sentry"


@contextlib.contextmanager
def posted(watch: Watch) -> Iterator[None]:
    """Let another process end this one if a worker is gone, and the block is not over soon after."""
    names = {line.fileno(): watch.those.name(rank) for rank, line in watch.reached.items()}
    words = children.command(MODULE, str(os.getpid()), json.dumps(names))
    with subprocess.Popen(words, stdin=subprocess.PIPE, pass_fds=list(names), start_new_session=True) as sentry:
        try:
            yield
        finally:
            assert sentry.stdin is not None
            sentry.stdin.close()  # it ends then


def main(parent: int, names: dict[int, str]) -> None:
    """Wait until the parent's block is over, or a worker is gone. names: of the workers, by the lines to them."""
    lines = {number: socket.socket(fileno=number) for number in names}
    own = sys.stdin.fileno()
    ready, _, _ = select.select([own, *lines], [], [])
    if own in ready or select.select([own], [], [], GRACE)[0]:
        return
    line = f"ganae: error: {names[ready[0]]} {WHY['']}, before the training began: start all workers again"
    print(line, file=sys.stderr, flush=True)
    os.kill(parent, signal.SIGKILL)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(int(sys.argv[1]), {int(number): name for number, name in json.loads(sys.argv[2]).items()})
