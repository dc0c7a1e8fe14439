"""What a training changes of the process that it runs in, put back for a program that goes on afterwards."""

import contextlib
import os
import sys
from collections.abc import Iterator

from ganae_cli.runtime import messages
from ganae_cli.runtime.log import log


@contextlib.contextmanager
def surroundings_kept() -> Iterator[None]:
    """Put back environment variables, Keras' dtype policy and the handlers of ganae's log, after a block."""
    variables, handlers, level = dict(os.environ), list(log.handlers), log.level
    policy = sys.modules["keras"].config.dtype_policy() if "keras" in sys.modules else None
    is_text = not messages.is_chosen()
    try:
        yield
    finally:
        if is_text:
            messages.end()
        for name in os.environ.keys() - variables.keys():
            del os.environ[name]
        os.environ.update(variables)
        for handler in set(log.handlers) - set(handlers):
            handler.close()
        log.handlers[:] = handlers
        log.setLevel(level)
        if "keras" in sys.modules:
            sys.modules["keras"].config.set_dtype_policy(policy or "float32")
