"""The run folder: which files it holds, and the formats of those that have no module of their own."""

import json
import logging
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganae_cli.errors import UserError
from ganae_cli.secrets import hide_variables, without_hidden
from ganae_cli.storage import config_file, sessions, status_file
from ganae_cli.storage.atomic import open_to_append, remove_leftovers, write_atomically
from ganae_cli.storage.checkpoints import Checkpoint, Checkpoints
from ganae_cli.storage.claim import Claim, take
from ganae_cli.storage.evaluation_file import EvaluationFile
from ganae_cli.storage.history import HistoryFile
from ganae_cli.storage.links import refuse_links
from ganae_cli.storage.owner import is_alive
from ganae_cli.storage.plain_file import keep_aside
from ganae_cli.storage.sampler_file import SamplerFile
from ganae_cli.terminal import command, tell

if TYPE_CHECKING:
    from omegaconf import DictConfig

CONFIG, STATUS, HISTORY, LOG = "config.yaml", "status.json", "history.csv", "train.log"
SWEEP, RESULTS = "sweep.json", "results.csv"  # of a sweep folder
STUDY, JOURNAL = "study.json", "journal.jsonl"  # of the folder of a study, besides those of a sweep
MULTIRUN = "multirun.yaml"  # Hydra's, for as long as a sweep runs: it names folders of this machine


class RunFolder:
    """A folder with `config.yaml environment.json status.json history.csv train.log`, the folders `tensorboard/
    samples/ checkpoints/` and, for models that sample from a fitted density of codes, `sampler.npz`.
    """

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path)
        self.config, self.log = self.path / CONFIG, self.path / LOG
        self.samples, self.tensorboard = self.path / "samples", self.path / "tensorboard"
        self.environment = self.path / "environment.json"
        self.checkpoints = Checkpoints(self.path)
        self.history = HistoryFile(self.path / HISTORY)
        self.sampler = SamplerFile(self.path / "sampler.npz")
        self.evaluation = EvaluationFile(self.path / "evaluation.json")

    def read_config(self) -> "DictConfig":
        """Return the saved config, with `${oc.env:…}` unresolved.

        Raises UserError if it cannot be read, or has a key that could name code to run.
        """
        hide_variables()
        try:
            return config_file.read(self.config)
        except FileNotFoundError:
            raise UserError(f"{self.path} is not a run folder: it has no {CONFIG}") from None

    # status.json ---------------------------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """Return the status that was written last, without entries of a wrong type.

        {} if there is none or it cannot be read.
        """
        return status_file.read(self.path / STATUS)

    def state(self) -> str:
        """Return the state of the status, or `interrupted` if it says `running` and the process is gone.

        Only a process of this machine can be looked up; of others the status is believed.
        """
        status = self.status()
        is_ours = status.get("state") == "running" and status.get("host") == platform.node()
        return "interrupted" if is_ours and not is_alive(status.get("pid")) else status.get("state", "unknown")

    def write_status(self, state: str, **facts: Any) -> None:
        """Write the status; facts of the status before stay. state: pending, running, done, failed or interrupted."""
        status = self.status() | {"state": state} | {key: _without_hidden(value) for key, value in facts.items()}
        write_atomically(self.path / STATUS, json.dumps(status, indent=2) + "\n")

    def note_progress(self, row: dict) -> None:
        """Write step and seconds of a history row to the status, for a program that watches the folder."""
        self.write_status("running", step=row["step"], seconds=row["seconds"])

    # environment.json ----------------------------------------------------------------------------------------------

    def sessions(self) -> list[dict[str, Any]]:
        """Return the environment of each process that trained here, oldest first; [] if the file cannot be read."""
        try:
            return sessions.read(self.environment)
        except UserError:
            return []

    def add_session(self, facts: dict[str, Any], resumes: bool, warn: Callable[[str], object] = tell) -> None:
        """Write the facts of the first process, and in `resumed` the facts of each that continued the run.

        A file that cannot be read is kept aside. warn: is told of it.
        """
        before: list[dict[str, Any]] = []
        try:
            before = sessions.read(self.environment) if resumes else []
        except UserError as error:
            place = keep_aside(self.environment).name
            warn(f"{error}; so nobody knows if the data are the same as before; it is kept as {place}")
        first, *later = [*before, facts]
        write_atomically(self.environment, json.dumps(first | ({"resumed": later} if later else {}), indent=2) + "\n")

    # train.log -----------------------------------------------------------------------------------------------------

    def start_log(self) -> None:
        """Let the logger `ganae` write to train.log from now on."""
        logger = logging.getLogger("ganae")
        for old in list(logger.handlers):
            logger.removeHandler(old)
            old.close()
        handler = _LogFile(self.log, encoding="utf-8")
        handler.setFormatter(_Line("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)

    def log_failure(self) -> None:
        """Write the traceback of the exception that is being handled to the log."""
        logging.getLogger("ganae").exception("the run failed")

    # the folder itself ---------------------------------------------------------------------------------------------

    def claim(self) -> Claim:
        """Hold the folder, which is made if there is none, until the claim is released, or the process ends.

        Raises UserError if another process holds it, or if it has links where a run has files (`storage.links`).
        """
        claim = take(self.path)
        try:
            refuse_links(self.path)
        except UserError:
            claim.release()
            raise
        return claim

    def remove_leftovers(self) -> None:
        """Delete what processes that were killed have left unfinished; only for the process that holds the folder."""
        for folder in (self.path, self.samples, self.checkpoints.folder):
            remove_leftovers(folder)

    def refuse_old(self) -> None:
        """Raise UserError if a run has begun here, or if a file or folder has a name that a run would write to."""
        if self.config.exists() or (self.path / STATUS).exists():
            raise UserError(f"{self.path} already holds a run; `{command('resume', self.path)}` continues it")
        refuse_links(self.path)
        files = (self.environment, self.history.path, self.log, self.sampler.path, self.evaluation.path)
        folders = (self.samples, self.checkpoints.folder, self.tensorboard)
        found = [path.name for path in (*files, *folders) if path.exists()]
        if found:
            raise UserError(
                f"{self.path} already holds {', '.join(found)}, where a run would write: choose another folder"
            )

    def checkpoint_to_go_on_from(self, warn: Callable[[str], object]) -> Checkpoint | None:
        """Return the newest whole checkpoint; None for a run that has made none yet.

        Raises UserError if there must have been one, by the history: to begin again would overwrite the run.
        """
        newest, rows = self.checkpoints.newest(warn), self.history.read()
        if newest or not rows or not self.config.exists():
            return newest
        last = max(int(row["step"]) for row in rows)
        if last > self.read_config().train.checkpoint_every:
            raise UserError(
                f"{self.path}: no checkpoint is left, though the history goes to step {last}; "
                f"to begin again at step 0, move {HISTORY} away"
            )
        return None


class _LogFile(logging.FileHandler):
    """A log that is written to a plain file only."""

    def _open(self):
        return os.fdopen(open_to_append(Path(self.baseFilename)), "a", encoding=self.encoding)


class _Line(logging.Formatter):
    """Lines of train.log, tracebacks too, without the values of variables."""

    def format(self, record: logging.LogRecord) -> str:
        return without_hidden(super().format(record))


def _without_hidden(value: Any) -> Any:
    """Return a value for a JSON file with hidden values replaced, in text at any depth."""
    if isinstance(value, dict):
        return {key: _without_hidden(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_hidden(one) for one in value]
    return without_hidden(value) if isinstance(value, str) else value
