"""The one place, with `checkpoint_files.py`, that knows the names and formats of files in a run folder."""

import csv
import fcntl
import json
import logging
import os
import platform
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.checkpoints import Checkpoint, CheckpointFiles

CONFIG, STATUS, HISTORY, LOG = "config.yaml", "status.json", "history.csv", "train.log"
SWEEP, RESULTS = "sweep.json", "results.csv"  # of a sweep folder
CLOCK_COLUMNS = ("seconds", "images_per_second")  # all that may differ between two equal runs


class RunFolder(CheckpointFiles):
    """`config.yaml environment.json status.json history.csv train.log`, `tensorboard/ samples/ checkpoints/` and, where
    codes come from a density of the data's, `sampler.npz`.
    """

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path)
        self.config, self.log, self.history = self.path / CONFIG, self.path / LOG, self.path / HISTORY
        self.samples, self.checkpoints = self.path / "samples", self.path / "checkpoints"
        self.tensorboard, self.environment = self.path / "tensorboard", self.path / "environment.json"
        self.sampler = self.path / "sampler.npz"

    def read_config(self):
        """The saved config (OmegaConf); `${oc.env:…}` is still unresolved in it. Refuses what could name code."""
        from omegaconf import OmegaConf
        from omegaconf.errors import OmegaConfBaseException
        from yaml import YAMLError

        try:
            config = OmegaConf.load(self.config)
        except FileNotFoundError:
            raise UserError(f"{self.path} is not a run folder: it has no {CONFIG}") from None
        except (YAMLError, OmegaConfBaseException, OSError) as error:
            mark = getattr(error, "problem_mark", None)
            what = f"line {mark.line + 1}: {error.problem}" if mark else str(error).splitlines()[0]
            raise UserError(f"cannot read {self.config}: {what}") from error
        if not OmegaConf.is_dict(config) or not OmegaConf.is_dict(config.get("model")):
            raise UserError(f"{self.config} is not the config of a run: it has no section 'model'")
        for key in ("hydra", "defaults", "_target_", "plugins"):
            if key in config:
                raise UserError(f"{self.config} must not contain '{key}'")
        return config

    # status.json ---------------------------------------------------------------------------------------------------

    def status(self) -> dict:
        """The last written status; {} where there is none or it cannot be read."""
        try:
            return json.loads((self.path / STATUS).read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError):
            return {}

    def state(self) -> str:
        """As the status says, except for a process of this machine that is gone and could not say so: `interrupted`."""
        status = self.status()
        is_ours = status.get("state") == "running" and status.get("host") == platform.node()
        return "interrupted" if is_ours and not _is_alive(status.get("pid")) else status.get("state", "unknown")

    def write_status(self, state: str, **facts) -> None:
        """state: pending, running, done, failed or interrupted. Facts known from before are kept."""
        write_atomically(self.path / STATUS, json.dumps(self.status() | {"state": state} | facts, indent=2) + "\n")

    def note_progress(self, row: dict) -> None:
        """A row of the history, told to whoever watches the folder."""
        self.write_status("running", step=row["step"], seconds=row["seconds"])

    # environment.json ----------------------------------------------------------------------------------------------

    def sessions(self) -> list[dict]:
        """What each process that trained here ran in, the first one first; [] where that cannot be read."""
        try:
            first = json.loads(self.environment.read_text(encoding="utf-8"))
            return [first, *first.pop("resumed", [])]
        except (OSError, ValueError, AttributeError):
            return []

    def add_session(self, facts: dict, resumes: bool) -> None:
        """The first process's facts, and in `resumed` those of each that went on."""
        first, *later = [*(self.sessions() if resumes else []), facts]
        write_atomically(self.environment, json.dumps(first | ({"resumed": later} if later else {}), indent=2) + "\n")

    # train.log -----------------------------------------------------------------------------------------------------

    def start_log(self) -> None:
        """From now on the logger `ganae` writes to train.log."""
        logger = logging.getLogger("ganae")
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
            handler.close()
        handler = logging.FileHandler(self.log, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)

    def log_failure(self) -> None:
        """The traceback of the exception being handled."""
        logging.getLogger("ganae").exception("the run failed")

    # sampler.npz ---------------------------------------------------------------------------------------------------

    def write_sampler(self, name: str, count: int, checkpoint: Checkpoint, arrays: dict) -> None:
        """What a sampler keeps, the number of codes it was fitted to, and the checkpoint that made these."""
        import numpy as np  # `ganae list runs` does without

        about = {"sampler": name, "count": count, "step": checkpoint.step, "sha256": checkpoint.about["sha256"]}
        temporary = self.sampler.with_name(f".{self.sampler.name}.tmp.npz")
        with temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **{f"about_{key}": value for key, value in about.items()}, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.sampler)

    def read_sampler(self) -> tuple[dict, dict]:
        """(`sampler`, `count`, `step` and `sha256` of what was kept; its arrays). Empty where there is none whole."""
        import zipfile

        import numpy as np

        try:
            with np.load(self.sampler, allow_pickle=False) as file:
                arrays = dict(file)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return {}, {}
        about = {key[6:]: arrays.pop(key).item() for key in list(arrays) if key.startswith("about_")}
        return about, arrays

    # history.csv ---------------------------------------------------------------------------------------------------

    def read_history(self) -> list[dict[str, str]]:
        """The rows as text, in order."""
        if not self.history.is_file():
            return []
        with self.history.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row.get("step", "").isdigit()]
        return [row for row in rows if None not in row.values()]  # a crash may have cut off the last

    def cut_history(self, step: int) -> None:
        """Drop the rows after `step`: a resumed run writes them again."""
        rows = self.read_history()
        kept = [row for row in rows if int(row["step"]) <= step]
        lines = [",".join(rows[0])] + [",".join(row.values()) for row in kept] if rows else []
        text = "".join(f"{line}\n" for line in lines)
        if self.history.is_file() and text != self.history.read_text(encoding="utf-8"):
            write_atomically(self.history, text)

    def append_history(self, row: dict) -> None:
        """One row; the first one brings the header."""
        is_new = not self.history.is_file() or self.history.stat().st_size == 0
        with self.history.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row, lineterminator="\n")
            if is_new:
                writer.writeheader()
            writer.writerow(row)

    # the folder itself ---------------------------------------------------------------------------------------------

    def claim(self):
        """Hold the folder for this process; the lock goes with the process. Raises UserError if another holds it."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / ".lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise UserError(f"{self.path} is in use by another process") from None
        return lock

    def refuse_old(self) -> None:
        """Raises UserError where a run has begun, or where something else has a name that a run would write to."""
        if self.config.exists() or (self.path / STATUS).exists():
            raise UserError(f"{self.path} already holds a run; `ganae resume {self.path}` continues it")
        written = (self.environment, self.history, self.log, self.sampler)
        written += (self.samples, self.checkpoints, self.tensorboard)
        found = [path.name for path in written if path.exists()]
        if found:
            raise UserError(
                f"{self.path} already holds {', '.join(found)}, where a run would write: choose another folder"
            )

    def checkpoint_to_go_on_from(self, warn) -> Checkpoint | None:
        """The newest whole checkpoint; None for a run that has made none yet.

        Raises UserError where there must have been some: to begin anew would overwrite what the run has.
        """
        newest, rows = self.newest_checkpoint(warn), self.read_history()
        if newest or not rows or not self.config.exists():
            return newest
        last = int(rows[-1]["step"])
        if last > self.read_config().train.checkpoint_every:
            raise UserError(f"{self.path}: no checkpoint is left, though the history goes to step {last}")
        return None


def _is_alive(pid) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, TypeError, ValueError):
        return False
    except PermissionError:  # somebody else's
        pass
    return True
