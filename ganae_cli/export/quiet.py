"""Converters without their chatter: they print to both streams, from Python and from C++."""

import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator

_LOGGERS = ("tensorflow", "absl", "tf2onnx", "onnxruntime")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Hold back whatever a block prints or logs. What fails in it says so by an exception, or is seen by comparison."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    with contextlib.ExitStack() as stack, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
            stream.flush()
            stack.enter_context(_into_nothing(number))
        stack.enter_context(contextlib.redirect_stdout(None))
        try:
            for logger in loggers:
                logger.setLevel(logging.CRITICAL + 1)
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


@contextlib.contextmanager
def _into_nothing(number: int) -> Iterator[None]:
    """Send a file descriptor to nowhere for the time of a block."""
    try:
        real = os.dup(number)
    except OSError:  # the process has no such stream
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, number)
        yield
    finally:
        os.dup2(real, number)
        os.close(real)
        os.close(nowhere)
