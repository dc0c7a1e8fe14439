"""Begin a training run: the same data as before, its folder, and what the user is warned of."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ganae_cli.builders import compatibility, from_config
from ganae_cli.config import chosen
from ganae_cli.datasets import splits
from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.evaluation.collapse import Watch
from ganae_cli.evaluation.row_watch import RowWatch
from ganae_cli.runtime.devices import Session
from ganae_cli.runtime.log import let_unwritten_lines_go, say
from ganae_cli.storage import branch, environment
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.branch import Branch
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.claim import Claim
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import command
from ganae_cli.training.callbacks.start import Start
from ganae_cli.training.callbacks.stop import Stop
from ganae_cli.training.callbacks.tracking import Tracking
from ganae_cli.training.setup import Setup

SKIPPED = "skipped_files.txt"  # files of the dataset that cannot be read, with the reasons


@dataclass(frozen=True)
class Origin:
    """The beginning of a run: step zero, or that of its checkpoint. last_row: step of the last row of the history.

    rollbacks: those before this beginning, oldest first, each {"from", "to", "term"}. branch: of which later
    checkpoints of the run are no part, because the user went on from an older one; see `storage.branch`.
    """

    checkpoint: Checkpoint | None = None
    step: int = 0
    last_row: int = 0
    seconds: float = 0.0
    rollbacks: tuple[dict[str, Any], ...] = ()
    branch: Branch = field(default_factory=Branch)

    @classmethod
    def of(cls, checkpoint: Checkpoint | None, branch: Branch | None = None) -> "Origin":
        if checkpoint is None:
            return cls()
        rollbacks = tuple(checkpoint.about.get("rollbacks", ()))
        last_row, seconds = checkpoint.fact("last_row"), checkpoint.fact("seconds")
        return cls(checkpoint, checkpoint.step, last_row, seconds, rollbacks, branch or Branch.of(checkpoint))


@dataclass
class Watches:
    """What looks for faults while a model trains: `open` of each says what was warned of and is not over."""

    all: tuple[Watch | RowWatch, ...] = ()

    def open(self) -> tuple[str, ...]:
        """Return the lines of all warnings that are not over."""
        lines = [watch.open for watch in self.all]
        return tuple(line for one in lines for line in ([one] if isinstance(one, str) else one or ()))


@dataclass(frozen=True)
class Run:
    """A run in its folder: what is trained, where it is written, where it begins and what stops it.

    plugins: packages with parts of the user's own. claim: of the chief, on the folder; None for another worker, who
    writes nothing. tracking: likewise, of a run with a tracker. watches: the chief's.
    """

    setup: Setup
    folder: RunFolder
    origin: Origin
    stop: Stop
    plugins: tuple[str, ...] = ()
    claim: Claim | None = None
    start: Start = field(default_factory=Start)
    tracking: Tracking | None = None
    watches: Watches = field(default_factory=Watches)

    @property
    def steps(self) -> int:
        """Steps of the whole training."""
        return self.setup.config.train.steps

    @property
    def is_finished(self) -> bool:
        """True for a run that needs no step and no measures."""
        step = self.origin.step
        return step > self.steps or (step == self.steps and self.folder.status().get("state") == "done")


def warn(line: str) -> None:
    """Show a warning, and add it to the run's log."""
    say(f"ganae: warning: {line}")


def same_data(config: DictConfig, folder: RunFolder, data: Data, session: Session) -> DictConfig:
    """Refuse data that the run was not trained on, in all workers at once; `train.other_data` holds for one resume."""
    own = f"{data.source} {data.labels_source}"
    if session.any(session.agree(own) != own):
        raise UserError(f"the workers have different data: dataset '{data.name}' must be the same on every machine")
    is_old = session.is_chief and folder.config.exists()
    other = session.agree((compatibility.other_data(folder, config, data) if is_old else None) or "")
    if other and session.any(is_old and not compatibility.wants_other_data(folder, config)):
        raise UserError(f"{other}; put the data back (dataset.path=FILE if moved), or go on with train.other_data=true")
    if other and session.is_chief:
        warn(other)
    return from_config.with_values(config, {"train.other_data": False} if config.train.get("other_data") else {})


def origin(folder: RunFolder, step: int | None, steps: int | None) -> Origin:
    """Return where a run begins: at the checkpoint of a step, at the newest one (None), or at step 0.

    steps: of the whole training; None: as many as a budget allows. Raises UserError for a step without a whole
    checkpoint, and for an older one that is not before the last step.
    """
    newest = folder.checkpoint_to_go_on_from(warn)
    if step is None:
        return Origin.of(newest)
    chosen_one = folder.checkpoints.of_step(step)
    if newest and chosen_one.step == newest.step:
        return Origin.of(newest)
    if steps is not None and step >= steps:
        raise UserError(
            f"--checkpoint {step}: there is nothing to train from there, as train.steps is {steps}; train.steps=N goes "
            f"on to step N, and `{command('sample', folder.path, '--checkpoint', str(step))}` samples from it"
        )
    return Origin.of(chosen_one, Branch.from_older(chosen_one, folder.checkpoints))


def open_folder(run: Run, notes: Iterable[str] = ()) -> None:
    """Write the config, the session and the status of a run that begins, or goes on from a checkpoint.

    notes: lines on the config, which are said and logged.
    """
    config, folder, session, checkpoint = run.setup.config, run.folder, run.setup.session, run.origin.checkpoint
    # The config first: with it alone, a run that is killed now can be resumed.
    write_atomically(folder.config, OmegaConf.to_yaml(config, resolve=False))
    folder.start_log()
    let_unwritten_lines_go()
    folder.history.warn = warn
    if not run.origin.branch.is_new:
        branch.recover(folder.history, folder.checkpoints, checkpoint)
    # What decides the last bit of every number, besides the config.
    arithmetic = {"replicas": session.replicas, "threads": session.threads, "steps_per_execution": run.setup.game.block}
    for line in _differences(run, checkpoint, arithmetic):
        warn(line)
    known = {"data": compatibility.described(run.setup.data)}
    facts = {"devices": session.devices, "seed": config.seed} | arithmetic | known
    folder.add_session(environment.describe(**facts), checkpoint is not None, warn)
    about: dict[str, Any] = {group: chosen.name(config, group) for group in ("model", "dataset")}
    about |= {"steps": run.steps, "pid": os.getpid(), "host": platform.node(), "error": None}
    if run.origin.rollbacks or "rollbacks" in folder.status():
        about["rollbacks"] = list(run.origin.rollbacks)
    folder.write_status("running", **about, stopped_by=None, metrics={})  # measures are of the step they were taken at
    data = run.setup.data
    if data.skipped:
        write_atomically(folder.path / SKIPPED, "".join(f"{line}\n" for line in data.skipped))
    for line in (*notes, *data.notes):
        say(line)
    for line in data.warnings:
        warn(line)
    say(f"dataset {chosen.name(config, 'dataset')}: {splits.counted(data)}")


def _differences(run: Run, checkpoint: Checkpoint | None, arithmetic: dict[str, int]) -> list[str]:
    """Return why the numbers will not be those of one device, and of a run without a break."""
    game, replicas = run.setup.game, run.setup.session.replicas
    found = [compatibility.of_parts(game, replicas)]
    if checkpoint:
        found.append(compatibility.other_arithmetic(run.folder, arithmetic))
        found.append(compatibility.other_optimizers(checkpoint.fact("architecture"), game))
    return [line for line in found if line]
