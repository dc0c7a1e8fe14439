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

from ganae_cli.runtime import children, messages
from ganae_cli.runtime.workers.watch import GRACE, WHY, Watch
from ganae_cli.terminal import tell

MODULE = "ganae_cli.runtime.workers.sentry"


@contextlib.contextmanager
def posted(watch: Watch) -> Iterator[None]:
    """Let another process end this one if a worker is gone, and the block is not over soon after."""
    names = {line.fileno(): watch.those.name(rank) for rank, line in watch.reached.items()}
    form = messages.JSON if messages.is_json() else messages.TEXT
    words = children.command(MODULE, str(os.getpid()), json.dumps(names), form)
    # Its line is written when this process has been killed, and with it what puts lines in their form.
    pipe, out = subprocess.PIPE, messages.descriptor()
    with subprocess.Popen(words, stdin=pipe, stderr=out, pass_fds=list(names), start_new_session=True) as sentry:
        try:
            yield
        finally:
            assert sentry.stdin is not None
            sentry.stdin.close()  # it ends then


def main(parent: int, names: dict[int, str], form: str = messages.TEXT) -> None:
    """Wait until the parent's block is over, or a worker is gone. names: of the workers, by the lines to them."""
    lines = {number: socket.socket(fileno=number) for number in names}
    own = sys.stdin.fileno()
    ready, _, _ = select.select([own, *lines], [], [])
    if own in ready or select.select([own], [], [], GRACE)[0]:
        return
    messages.choose(form)
    tell(f"ganae: error: {names[ready[0]]} {WHY['']}, before the training began: start all workers again")
    messages.end()
    os.kill(parent, signal.SIGKILL)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(int(sys.argv[1]), {int(number): name for number, name in json.loads(sys.argv[2]).items()}, sys.argv[3])
