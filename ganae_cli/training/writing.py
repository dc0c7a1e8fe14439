"""What becomes of a run that cannot write a file: config `train.on_write_error`.

`stop` ends the run with one line; its last checkpoint is whole, and it goes on from there once there is room.
`continue` says so once for each kind of file and tries again at the next interval.
"""

import contextlib
import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import tensorflow as tf

STOP, CONTINUE = "stop", "continue"
FULL = (errno.ENOSPC, errno.EDQUOT)


class CannotWrite(Exception):
    """A file of the run cannot be written: one line that names the path and the reason."""


class Writing:
    """Watches over the writing of a run's files. goes_on: True for `continue`. say: told what fails, and what recovers.

    failing: kinds of files that could not be written the last time.
    """

    def __init__(self, goes_on: bool, say: Callable[[str], object]):
        self.goes_on, self.say = goes_on, say
        self.failing: set[str] = set()

    @contextlib.contextmanager
    def of(self, what: str, path: Path, need: int | None = None) -> Iterator[None]:
        """Write a file within a block. need: bytes that it takes, if known. Raises CannotWrite unless the run goes on.

        what: the kind of file, as the user is told of it.
        """
        try:
            yield
        except (OSError, tf.errors.OpError) as error:
            line = explained(what, path, error, need)
            if not self.goes_on:
                raise CannotWrite(line) from error
            if what not in self.failing:
                self.say(f"ganae: warning: {line}; the run goes on and tries again (train.on_write_error=continue)")
            self.failing.add(what)
        else:
            if what in self.failing:
                self.failing.remove(what)
                self.say(f"the {what} can be written again")

    def must_succeed(self) -> None:
        """From now on a file that cannot be written ends the run: there is no next interval."""
        self.goes_on = False


def explained(what: str, path: Path, error: Exception, need: int | None = None) -> str:
    """Return the line about a file that cannot be written."""
    if isinstance(error, CannotWrite):
        return str(error)
    code, text = getattr(error, "errno", None), str(error)
    if code in FULL or "No space left on device" in text:  # TensorFlow has no number of the error
        return f"cannot write {path}: no space left on its disk{_need(what, path, need)}"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot write {path}: {error.strerror[0].lower()}{error.strerror[1:]}"
    return f"cannot write {path}: {' '.join(text.split())}"


def _need(what: str, path: Path, need: int | None) -> str:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return ""
    needed = f"the {what} needs {need / 1e6:.1f} MB, " if need else ""
    return f": {needed}{free / 1e6:.1f} MB are free"
