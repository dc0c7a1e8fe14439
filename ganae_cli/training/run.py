"""A training run, from config to run folder. Reads as a table of contents."""

import contextlib
import time
from collections.abc import Iterable
from pathlib import Path

from omegaconf import DictConfig

from ganae_cli.builders import from_config
from ganae_cli.datasets.standard import Standard
from ganae_cli.errors import UserError
from ganae_cli.runtime import devices
from ganae_cli.runtime.devices import Session
from ganae_cli.runtime.log import say
from ganae_cli.runtime.process import STOPPING
from ganae_cli.storage.claim import Claim
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import event, know
from ganae_cli.training import attempt, begin, early_stop, failure, lost_worker, rollback, settle, setup
from ganae_cli.training.begin import Run
from ganae_cli.training.callbacks import tracking as trackers
from ganae_cli.training.callbacks.stop import LOST_WORKER, WHOLE, Stop

EXIT_CODES: dict[str | None, int] = {**dict.fromkeys(WHOLE, 0), LOST_WORKER: 1}
NOT_KEPT = {"hardware.workers": None, "hardware.worker": None}  # of this start of the run alone
EXIT_CODES |= {number.name: 128 + number for number in STOPPING}


def train(
    config: DictConfig,
    path: Path,
    plugins: Iterable[str] = (),
    notes: Iterable[str] = (),
    began: float | None = None,
) -> tuple[int, Path]:
    """Train a new run in a fresh folder: (exit code, the folder, which for a worker is the chief's).

    notes: lines on the config, said once the data and the model are known to fit. began: when the command did, by
    `time.monotonic`, from which `train.budget` counts; None: now. Raises UserError for a folder that holds a run or is
    in use, and for what cannot be built or does not fit the data or its budget; the folder is left as it was found.
    """
    return lost_worker.said(lambda: _run(config, path, plugins, is_new=True, notes=notes, began=began), path)


def resume(
    config: DictConfig,
    path: Path,
    plugins: Iterable[str] = (),
    step: int | None = None,
    names_tracker: bool = False,
    began: float | None = None,
) -> tuple[int, Path]:
    """Continue the run of a folder; `config` is its own, with the user's changes.

    step: of the checkpoint to go on from; None: the newest whole one. names_tracker: the user has named the tracker of
    the config. began: as of `train`. Raises UserError if there is no checkpoint of this step.
    """
    return lost_worker.said(lambda: _run(config, path, plugins, False, step, names_tracker, began=began), path)


def _run(
    config: DictConfig,
    path: Path,
    plugins: Iterable[str],
    is_new: bool,
    step: int | None = None,
    names_tracker: bool = False,
    notes: Iterable[str] = (),
    began: float | None = None,
) -> tuple[int, Path]:
    began = time.monotonic() if began is None else began
    with contextlib.ExitStack() as held:
        stop = held.enter_context(Stop(config.train.max_minutes))
        session = devices.prepare(**from_config.plain(config.hardware))
        held.enter_context(lost_worker.watched(session))
        if session.ranks > 1:
            rollback.refuse(config.train)
        config = from_config.with_absolute_paths(config)
        config = from_config.with_values(config, {"hardware.threads": session.threads, **NOT_KEPT})
        folder = RunFolder(session.agree(str(path)))
        know(run=str(folder.path))
        claim = _claim(folder, session, is_new)  # before anything in it is looked at
        if claim:
            held.enter_context(claim)
        plugins = tuple(plugins)
        from_config.import_parts(plugins)
        origin = begin.origin(folder, step, config.train.steps if config.train.get("budget") is None else None)
        checkpoint = origin.checkpoint
        data = from_config.build_data(config, Standard.read(checkpoint.about) if checkpoint else None)
        config = begin.same_data(config, folder, data, session)
        built = setup.build(config, session, data, plugins, checkpoint, len(origin.rollbacks))
        settled = settle.settle(built, folder, origin.step, began)
        config = settled.setup.config
        if session.ranks > 1:
            stop.agree_with(session.first_of, config.train.log_every, session.lost)
        tracking = trackers.of_config(config, folder, plugins, names_tracker) if session.is_chief else None
        run = Run(settled.setup, folder, origin, stop, plugins, claim, settled.start, tracking)
        if run.is_finished:
            return _nothing_left(run), folder.path
        if early_stop.is_closed(run):
            return _no_patience_left(run), folder.path
        if tracking:
            held.enter_context(tracking)
        code: int | None = None
        try:
            code = lost_worker.told(session, failure.recorded(run, lambda: _work(run, settled, notes)))
            settled.tell_end(code, began)
            return code, folder.path
        finally:
            _tell_end(folder, code)


def _claim(folder: RunFolder, session: Session, is_new: bool) -> Claim | None:
    """Claim the folder for the chief, who alone writes to it. Raises UserError in all workers at once."""
    claim, refused = None, ""
    if session.is_chief:
        try:
            claim = folder.claim()
            if is_new:
                folder.refuse_old()
            else:
                folder.checkpoints.put_back()
        except UserError as error:
            refused = str(error)
    refused = session.agree(refused)
    if refused:
        if claim:
            claim.release()
        raise UserError(refused)
    return claim


def _work(run: Run, settled: settle.Settled, notes: Iterable[str]) -> int:
    if run.claim:
        run.claim.check()
        run.folder.remove_leftovers()
        begin.open_folder(run, notes)
        settled.tell()
    lost_worker.give_up_in(run)
    return EXIT_CODES[attempt.to_the_end(run)]


def _tell_end(folder: RunFolder, code: int | None) -> None:
    """Tell programs how the run ended."""
    status = folder.status()
    facts = {
        key: status.get(key)
        for key in ("state", "step", "steps", "seconds", "error", "stopped_by", "metrics", "warnings")
    }
    event("end", f"{facts['state']} at step {facts['step']} of {facts['steps']}", **facts, exit_code=code)


def _nothing_left(run: Run) -> int:
    step, path = run.origin.step, run.folder.path
    say(f"nothing left to do: {path} is at step {step} of {run.steps}; train.steps=N goes on")
    return 0


def _no_patience_left(run: Run) -> int:
    by, most = run.setup.config.train.stop_when, run.setup.config.train.patience
    say(
        f"nothing left to do: {run.folder.path} ended at step {run.origin.step}, as {by} got no better "
        f"(train.stop_when); train.stop_when=null or a train.patience above {most} goes on"
    )
    return 0
