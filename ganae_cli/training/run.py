"""A training run, from config to run folder. Reads as a table of contents."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from omegaconf import DictConfig

from ganae_cli.builders import compatibility, from_config
from ganae_cli.config import chosen
from ganae_cli.datasets.standard import Standard
from ganae_cli.errors import UserError
from ganae_cli.runtime import devices, xla_cache
from ganae_cli.runtime.devices import Session
from ganae_cli.runtime.log import say
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.claim import Claim, FolderGone
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import begin, finish, setup
from ganae_cli.training.begin import Origin, Run
from ganae_cli.training.callbacks.checkpoint import Checkpoints
from ganae_cli.training.callbacks.claimed import Claimed
from ganae_cli.training.callbacks.history import History, NotFinite
from ganae_cli.training.callbacks.profile import Profile
from ganae_cli.training.callbacks.progress import ProgressBar
from ganae_cli.training.callbacks.samples import Samples
from ganae_cli.training.callbacks.stop import Stop
from ganae_cli.training.callbacks.tensorboard import Events

EXIT_CODES = {None: 0, "max_minutes": 0, "SIGHUP": 129, "SIGINT": 130, "SIGTERM": 143, "another worker": 143}


def train(config: DictConfig, path: Path, plugins: Iterable[str] = ()) -> tuple[int, Path]:
    """Train a new run in a fresh folder: (exit code, the folder, which for a worker is the chief's).

    Raises UserError for a folder that holds a run or is in use, and for what cannot be built or does not fit the data;
    the folder is left as it was found.
    """
    return _run(config, path, plugins, is_new=True)


def resume(config: DictConfig, path: Path, plugins: Iterable[str] = ()) -> tuple[int, Path]:
    """Continue the run of a folder from its newest whole checkpoint; `config` is its own, with the user's changes."""
    return _run(config, path, plugins, is_new=False)


def _run(config: DictConfig, path: Path, plugins: Iterable[str], is_new: bool) -> tuple[int, Path]:
    with contextlib.ExitStack() as held:
        stop = held.enter_context(Stop(config.train.max_minutes))
        session = devices.prepare(**from_config.plain(config.hardware))
        if session.ranks > 1:
            stop.agree_with(session.any, every=config.train.log_every)
        config = from_config.with_absolute_paths(config)
        config = from_config.with_values(config, {"hardware.threads": session.threads})
        folder = RunFolder(session.agree(str(path)))
        claim = _claim(folder, session, is_new)  # before anything in it is looked at
        if claim:
            held.enter_context(claim)
        from_config.import_parts(plugins)
        checkpoint = folder.checkpoint_to_go_on_from(begin.warn)
        data = from_config.build_data(config, Standard.read(checkpoint.about) if checkpoint else None)
        config = begin.same_data(config, folder, data, session)
        built = setup.build(config, session, data, plugins, checkpoint)
        run = Run(built, folder, Origin.of(checkpoint), stop, claim)
        if run.is_finished:
            return _nothing_left(run), folder.path
        return _train_in_folder(run, checkpoint), folder.path


def _claim(folder: RunFolder, session: Session, is_new: bool) -> Claim | None:
    """Claim the folder for the chief, who alone writes to it. Raises UserError in all workers at once."""
    claim, refused = None, ""
    if session.is_chief:
        try:
            claim = folder.claim()
            if is_new:
                folder.refuse_old()
        except UserError as error:
            refused = str(error)
    refused = session.agree(refused)
    if refused:
        if claim:
            claim.release()
        raise UserError(refused)
    return claim


def _train_in_folder(run: Run, checkpoint: Checkpoint | None) -> int:
    """Train what is left of a run, or measure it; return the exit code, 1 if its folder is no longer there."""
    try:
        if run.claim:
            run.claim.check()
            run.folder.remove_leftovers()
            begin.open_folder(run, checkpoint)
        return _fit(run) if run.origin.step < run.steps else _finish(run)
    except FolderGone as gone:
        return _say_gone(gone)
    except OSError:
        try:  # it may have gone since it was looked at last
            if run.claim:
                run.claim.check()
        except FolderGone as gone:
            return _say_gone(gone)
        raise


def _say_gone(gone: FolderGone) -> int:
    say(f"ganae: error: {gone}: nothing more was written")
    return 1


def _fit(run: Run) -> int:
    config, folder, game = run.setup.config, run.folder, run.setup.game
    bar = ProgressBar(run.origin.step, run.steps, chosen.title(config), run.stop.deadline)
    history = _history(run)
    writers = _writers(run, history, bar) if run.setup.session.is_chief else []
    try:
        with xla_cache.blamed(lambda: game.state.steps_done == run.origin.step, run.setup.session.ranks == 1):
            run.setup.fit(run.origin.step, run.steps, [*_guards(run), run.start, history, *writers, run.stop])
            _check_end(game.state.steps_done, run.steps, run.stop.reason)
    except FolderGone:
        bar.close()
        raise
    except BaseException as error:
        bar.close()
        hint = from_config.scale_hint(config, run.setup.data) if isinstance(error, NotFinite) else None
        what = f"{error}; {hint}" if hint else str(error)
        if run.setup.session.is_chief:
            state = "pending" if isinstance(error, xla_cache.CacheFault) else "failed"  # it begins again at once
            folder.write_status(state, error=f"{type(error).__name__}: {what}")
            folder.log_failure()
        if not isinstance(error, NotFinite):
            raise
        kept = [checkpoint.step for checkpoint in folder.checkpoints.list()]
        say(f"ganae: error: {what}" + (f"; the newest checkpoint is of step {kept[0]}" if kept else ""))
        return 1
    return _close(run, history) if run.setup.session.is_chief else EXIT_CODES[run.stop.reason]


def _check_end(step: int, steps: int, reason: str | None) -> None:
    """Raise RuntimeError for a training that ended early without a reason.

    Keras takes some errors, such as that of a compiled program that cannot be read back, for the end of the data.
    """
    if step < steps and not reason:
        raise RuntimeError(f"training ended at step {step} of {steps}, for no reason given")


def _history(run: Run) -> History:
    train = run.setup.config.train
    rows_per_step = train.batch_size * run.setup.game.batches_per_step
    return History(train.log_every, run.origin.step, rows_per_step, run.origin.seconds, run.origin.last_row)


def _writers(run: Run, history: History, bar: ProgressBar) -> list:
    """Return the callbacks that write or show something, in the order in which they act; the chief's only."""
    config, folder, first = run.setup.config, run.folder, run.origin.step
    every = config.train
    folder.history.warn = begin.warn
    folder.history.cut(first if first % every.log_every == 0 else run.origin.last_row)
    events = Events(folder)
    samples = Samples(every.sample_every, first, folder, run.setup.data, config.seed)
    standard = run.setup.data.standard
    facts = {"architecture": compatibility.architecture(config, run.setup.game)}
    facts |= standard.facts() if standard else {}
    saving = Checkpoints(every.checkpoint_every, first, folder, history, facts, every.keep, every.best_by)
    history.listeners += [folder.history.append, events.scalars, bar.show, folder.note_progress]
    samples.listeners.append(events.picture)
    profile = [Profile(str(folder.tensorboard), every.profile_steps)] if every.profile_steps else []
    return [samples, saving, bar, *profile]


def _guards(run: Run) -> list:
    """Return the callbacks that act before any other one writes."""
    every = run.setup.config.train
    intervals = (every.log_every, every.sample_every, every.checkpoint_every, every.profile_steps and 1)
    return [Claimed(run.claim, intervals)] if run.claim else []


def _nothing_left(run: Run) -> int:
    step, path = run.origin.step, run.folder.path
    say(f"nothing left to do: {path} is at step {step} of {run.steps}; train.steps=N goes on")
    return 0


def _finish(run: Run) -> int:
    """Finish a run that has no step left but was never measured: it was stopped there, or killed while it ended."""
    if run.setup.session.is_chief:
        rows = [row for row in run.folder.history.read() if int(row["step"]) <= run.origin.step]
        finish.done(_ended(run, run.origin.step, run.origin.seconds, rows[-1] if rows else {}))
    return 0


def _close(run: Run, history: History) -> int:
    if run.claim:
        run.claim.check()
    reason = run.stop.reason if history.step < run.steps else None
    ended = _ended(run, history.step, history.seconds_so_far, history.row)
    if reason is None:
        finish.done(ended)
    elif reason == finish.OUT_OF_TIME:
        finish.out_of_time(ended)
    else:
        finish.interrupted(ended, reason)
    return EXIT_CODES[reason]


def _ended(run: Run, step: int, seconds: float, row: dict) -> finish.Ended:
    setup = run.setup
    return finish.Ended(run.folder, setup.game, setup.data, step, seconds, run.steps, row, run.start.facts)
