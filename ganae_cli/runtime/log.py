"""The log of a run: lines for the user on stderr and for the file train.log."""

import contextlib
import logging
import sys

log = logging.getLogger("ganae")  # the run folder adds a handler that writes train.log
log.propagate = False


def say(line: str) -> None:
    """Show a line to the user at once, on stderr, and add it to the run's log.

    That nobody can read stderr any more is no error: the log goes on.
    """
    with contextlib.suppress(OSError, ValueError):  # ValueError: it was closed
        print(line, file=sys.stderr, flush=True)
    log.info(line)
