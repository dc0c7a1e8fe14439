"""How the process of a job ended, written to its status where it could not do so itself."""

import signal
from collections.abc import Callable
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.runtime.messages import error_in
from ganae_cli.storage.plain_file import read_end
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import tell

OUTPUT = "output.log"  # what a job printed
END = 2**16  # bytes of it that may tell why the job ended
FINAL = ("done", "failed", "interrupted")  # states that a job has written itself: the pool begins each as pending


def record(folder: RunFolder, code: int, is_stopped: bool, name: Callable[[Path], str] = str) -> None:
    """Write the state of a job that could not write it itself: it was killed, or never began.

    A job that has stated its end is believed, however its process ended after that: what it is done with stays done.

    code: as of `subprocess`, not 0. is_stopped: it was told to stop. name: what the job is called in messages.
    """
    try:
        with folder.claim():
            _record_alone(folder, code, is_stopped)
    except UserError as error:  # somebody was faster, and resumes this job
        tell(f"{name(folder.path)}  {error}", level="warning")


def _record_alone(folder: RunFolder, code: int, is_stopped: bool) -> None:
    state = folder.status().get("state")
    if state in FINAL:
        return
    if is_stopped:
        folder.write_status("interrupted", error="stopped before it began")
        return
    lines = read_end(folder.path / OUTPUT, END).decode(errors="replace").splitlines()
    errors = [found for line in lines if (found := error_in(line))]
    hint = ", as the system does when it runs out of memory" if code == -signal.SIGKILL else ""
    folder.write_status("failed", error=errors[-1] if errors and code > 0 else how_it_ended(code) + hint)


def how_it_ended(code: int) -> str:
    """Return the reason why a process ended that could not state it itself.

    code: as of `subprocess`, negative for a signal.

    >>> how_it_ended(1), how_it_ended(-9)
    ('exit code 1', 'killed by SIGKILL')
    """
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
