"""The journal of a study: what Optuna knows of its trials, one JSON object in a line, written as it happens.

Optuna reads and writes it. Its own lock files, which a SIGKILL would leave behind, are not used: one process at a time
holds the folder of a study (`storage.claim`).
"""

import os
from pathlib import Path
from types import ModuleType
from typing import Any

from ganae_cli.errors import UserError, in_one_line
from ganae_cli.storage.atomic import open_plain

NAME = "study"  # of the only one in a journal


def optuna() -> ModuleType:
    """Return the package Optuna, which says nothing by itself. Raises UserError if it is not installed."""
    try:
        import optuna as package
    except ImportError as error:
        raise UserError(f"ganae tune needs the extra `tune`: pip install 'ganae[tune]' (optuna; {error})") from None
    package.logging.set_verbosity(package.logging.ERROR)
    return package


def opened(path: Path, directions: list[str], is_new: bool) -> Any:
    """Return the study of a journal, of Optuna's class. directions: minimize or maximize, of each objective.

    is_new: make it; also done for a journal without a line, whose study was killed as it was made. Raises UserError for
    a journal that cannot be read.
    """
    package = optuna()
    is_new = not mend(path) or is_new
    try:
        storage = package.storages.JournalStorage(_backend(path))
        if is_new:
            return package.create_study(storage=storage, study_name=NAME, directions=directions, load_if_exists=True)
        study = package.load_study(storage=storage, study_name=NAME)
        found = [direction.name.lower() for direction in study.directions]
    except OSError as error:
        raise UserError(f"cannot read {path}: {in_one_line(error)}") from error
    except Exception as error:  # of a file that anybody may have written, Optuna raises what comes
        raise UserError(f"cannot read {path}: it is no journal of a study ({in_one_line(error)})") from error
    if found != directions:
        raise UserError(f"{path} is the journal of another study: it is to {' and '.join(found)}")
    return study


def _backend(path: Path) -> Any:
    from optuna.storages.journal import BaseJournalBackend, JournalFileBackend
    from optuna.storages.journal._file import BaseJournalFileLock

    class Held(BaseJournalFileLock):
        """No lock: this process holds the folder."""

        def acquire(self) -> bool:
            return True

        def release(self) -> None:
            pass

    backend: BaseJournalBackend = JournalFileBackend(str(path), lock_obj=Held())
    return backend


def mend(path: Path) -> bool:
    """Cut off what stands behind the last line end: a crash, or a full disk, has cut that line short.

    Return True if there is a whole line.
    """
    if not path.exists():
        return False
    with os.fdopen(open_plain(path, os.O_RDWR), "r+b") as file:
        content = file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            file.truncate(whole)
        return whole > 0
