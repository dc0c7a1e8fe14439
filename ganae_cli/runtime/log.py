"""The log of a run: lines for the user on stderr and for the file train.log."""

import logging
from typing import Any

from ganae_cli.terminal import tell, whole

log = logging.getLogger("ganae")  # the run folder adds a handler that writes train.log
log.propagate = False


def say(line: str, **facts: Any) -> None:
    """Show a line to the user at once, on stderr, and add it to the run's log. facts: as of `terminal.tell`."""
    tell(line, **facts)
    log.info(whole(line))


def let_unwritten_lines_go() -> None:
    """Let a line go that train.log cannot take, as on a full disk, where Python would show a traceback for each."""
    for handler in log.handlers:
        handler.handleError = lambda record: None  # type: ignore[method-assign]
