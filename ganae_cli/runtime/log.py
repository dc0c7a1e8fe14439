"""The log of a run: lines for the user and for train.log."""

import logging
import sys

log = logging.getLogger("ganae")  # goes to train.log
log.propagate = False


def say(line: str) -> None:
    """To the user, on stderr, at once; and to the run's log."""
    print(line, file=sys.stderr, flush=True)
    log.info(line)
