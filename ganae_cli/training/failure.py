"""What is written down and said of a run that cannot go on; only what is true, on a full disk too."""

import contextlib
import logging
import os
import signal
import traceback
from collections.abc import Callable
from pathlib import Path

from ganae_cli.builders import from_config
from ganae_cli.datasets.batches import refusal
from ganae_cli.errors import UserError
from ganae_cli.runtime.log import say
from ganae_cli.runtime.workers.watch import Lost
from ganae_cli.runtime.xla_cache import CacheFault
from ganae_cli.storage.claim import FolderGone
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import command
from ganae_cli.training import lost_worker, out_of_memory
from ganae_cli.training.begin import Run
from ganae_cli.training.callbacks.history import NotFinite
from ganae_cli.training.writing import FULL, CannotWrite, explained


def recorded(run: Run, work: Callable[[], int]) -> int:
    """Return the exit code of the work. If it cannot go on, record that in the folder of the run.

    For errors that a line explains, the code is 1; all others are raised again, with a note where the traceback is.
    """
    try:
        return work()
    except (KeyboardInterrupt, SystemExit) as end:
        if not isinstance(end, KeyboardInterrupt) and not run.stop.is_by_signal:
            _failed(run, end, f"{type(end).__name__}: {end}")
        else:
            _stopped(run)
        raise
    except FolderGone as gone:
        return _say_gone(gone)
    except Exception as error:
        if lost := _lost_worker(run, error):
            return lost_worker.recorded(run, lost)
        try:  # before anything is written to it
            if run.claim:
                run.claim.check()
        except FolderGone as gone:
            return _say_gone(gone)
        line = _line(run, error)
        is_logged = _failed(run, error, f"{type(error).__name__}: {line or error}")
        if line:
            say(f"ganae: error: {line}{_where_it_stands(run)}")
            return 1
        if is_logged:
            error.add_note(f"the traceback is in {run.folder.log}")
        raise


def _lost_worker(run: Run, error: Exception) -> Lost | None:
    """Return the worker whose loss is the reason for an error, which TensorFlow words in many ways."""
    if isinstance(error, UserError | NotFinite | CannotWrite):
        return None
    found = run.setup.session.lost()
    return found.lost if found else None


def _say_gone(gone: FolderGone) -> int:
    say(f"ganae: error: {gone}: nothing more was written")
    return 1


def _line(run: Run, error: Exception) -> str | None:
    """Return the line that explains an error; None for one that needs its traceback."""
    if isinstance(error, NotFinite):
        hint = from_config.scale_hint(run.setup.config, run.setup.data)
        return f"{error}; {hint}" if hint else str(error)
    if isinstance(error, UserError):
        return None
    if refused := refusal(error):
        return refused
    if out_of_memory.is_exhausted(error):
        return out_of_memory.advice(run.setup.config, run.setup.game)
    if isinstance(error, OSError) and (error.errno in FULL or _is_within(error.filename, run.folder.path)):
        return explained("file", Path(error.filename or run.folder.path / "…"), error)
    return str(error) if isinstance(error, CannotWrite) else None


def _is_within(name: object, folder: Path) -> bool:
    return isinstance(name, str | os.PathLike) and Path(name).is_relative_to(folder)


def _failed(run: Run, error: BaseException, text: str) -> bool:
    """Record an error. Return True if the log has its traceback."""
    if not run.setup.session.is_chief:
        return False
    is_logged = _log(run.folder, error)
    if not run.folder.config.exists():  # no run yet: a status alone could neither be resumed nor begun anew
        return is_logged
    try:
        state = "pending" if isinstance(error, CacheFault) else "failed"  # it begins again at once
        run.folder.write_status(state, error=text)
    except OSError as unwritten:
        say(f"ganae: warning: {explained('status', run.folder.path / 'status.json', unwritten)}")
    return is_logged


def _log(folder: RunFolder, error: BaseException) -> bool:
    """Write the traceback to the log. Return True if it is there."""
    files = [getattr(handler, "baseFilename", "") for handler in logging.getLogger("ganae").handlers]
    if str(folder.log.absolute()) not in files:
        return False
    with contextlib.suppress(OSError):
        before = folder.log.stat().st_size
        folder.log_failure()
        last = traceback.format_exception_only(error)[-1].strip()
        with folder.log.open("rb") as file:
            file.seek(before)
            return last.encode() in file.read()
    return False


def _stopped(run: Run) -> None:
    """Record a run that a signal ended at once: it goes on from its newest checkpoint."""
    folder, reason = run.folder, run.stop.last_signal or signal.SIGINT.name
    if not run.setup.session.is_chief or folder.status().get("state") == "done" or not folder.config.exists():
        return  # without a config there is no run yet
    step = _kept_step(folder) or 0
    try:
        folder.write_status("interrupted", step=step, error=reason, stopped_by=reason)
    except OSError as unwritten:
        say(f"ganae: warning: {explained('status', folder.path / 'status.json', unwritten)}")
    say(f"stopped by {reason}; go on from step {step} with:")
    say(f"  {command('resume', folder.path)}")


def _where_it_stands(run: Run) -> str:
    """Return what is left of a run that failed."""
    step = _kept_step(run.folder)
    return "" if step is None else f"; the newest checkpoint is of step {step}"


def _kept_step(folder: RunFolder) -> int | None:
    """Return the step that a resume goes on from: a damaged checkpoint may be the first in the list."""
    return next((one.step for one in folder.checkpoints.list() if one.is_whole()), None)
