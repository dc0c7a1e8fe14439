"""A training run, from config to run folder. Reads as a table of contents."""

import contextlib
import os
import platform
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ganae_cli.builders import compatibility, from_config
from ganae_cli.engine.game import Game
from ganae_cli.runtime import devices, xla_cache
from ganae_cli.runtime.log import say
from ganae_cli.storage import environment
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import finish
from ganae_cli.training.callbacks.checkpoint import Checkpoints
from ganae_cli.training.callbacks.history import History, NotFinite
from ganae_cli.training.callbacks.profile import Profile
from ganae_cli.training.callbacks.progress import ProgressBar
from ganae_cli.training.callbacks.samples import Samples
from ganae_cli.training.callbacks.stop import Stop
from ganae_cli.training.callbacks.tensorboard import Events
from ganae_cli.training.setup import Run, build, stream

EXIT_CODES = {None: 0, "max_minutes": 0, "SIGHUP": 129, "SIGINT": 130, "SIGTERM": 143, "another worker": 143}


def train(config: DictConfig, path: Path, plugins=()) -> tuple[int, Path]:
    """Train a new run in a fresh folder: (exit code, the folder, which for a worker is the chief's).

    Raises UserError, before anything is written, for what cannot be built or does not fit the data.
    """
    RunFolder(path).refuse_old()
    return _run(config, path, plugins)


def resume(config: DictConfig, path: Path, plugins=()) -> tuple[int, Path]:
    """Continue the run of a folder from its newest whole checkpoint; `config` is its own, with the user's changes."""
    return _run(config, path, plugins)


def _run(config: DictConfig, path: Path, plugins) -> tuple[int, Path]:
    OmegaConf.set_struct(config, False)  # what the data decide is filled in
    from_config.settle_paths(config)
    with Stop(config.train.max_minutes) as stop, contextlib.ExitStack() as held:
        session = devices.prepare(**from_config.plain(config.hardware))
        stop.agree, stop.every = session.any, config.train.log_every if session.ranks > 1 else 1
        config.hardware.threads = session.threads
        folder = RunFolder(session.agree(str(path)))
        if session.is_chief and folder.config.exists():  # before its checkpoints are looked at
            held.enter_context(folder.claim())
        from_config.import_parts(plugins)
        checkpoint = folder.checkpoint_to_go_on_from(_warn)
        run = Run(config, session, from_config.build_data(config), folder, checkpoint, stop)
        game = build(run, plugins)
        if run.first_step >= config.train.steps:
            return _nothing_left(run), folder.path
        if session.is_chief:
            if not folder.config.exists():  # only now: what cannot be built leaves no folder behind
                held.enter_context(folder.claim())
            _open_folder(run, game)
        return _fit(run, game), folder.path


def _open_folder(run: Run, game: Game) -> None:
    config, session, folder = run.config, run.session, run.folder
    arithmetic = {"replicas": session.replicas, "threads": session.threads, "steps_per_execution": game.block}
    about = {"devices": session.devices, "seed": config.seed} | arithmetic
    write_atomically(folder.config, OmegaConf.to_yaml(config, resolve=False))
    other = compatibility.other_arithmetic(folder, arithmetic) if run.checkpoint else None
    if other:
        _warn(other)
    folder.add_session(environment.describe(**about), resumes=run.checkpoint is not None)
    folder.start_log()
    folder.write_status("running", steps=config.train.steps, pid=os.getpid(), host=platform.node(), error=None)


def _fit(run: Run, game: Game) -> int:
    steps, first, folder = run.config.train.steps, run.first_step, run.folder
    bar = ProgressBar(first, steps, f"{run.config.model.name} on {run.config.dataset.name}")
    callbacks = _callbacks(run, bar, game)
    try:
        game.fit(
            stream(run, game, steps),
            epochs=1,
            steps_per_epoch=-(-steps // game.block) - first // game.block,
            shuffle=False,
            verbose=0,
            callbacks=[run.start, *callbacks, run.stop],
        )
        _check_end(game, steps, run.stop.reason)
    except BaseException as error:
        bar.close()
        if run.session.is_chief:
            folder.write_status("failed", error=f"{type(error).__name__}: {error}")
            folder.log_failure()
        if not isinstance(error, NotFinite):
            raise
        kept = [checkpoint.step for checkpoint in folder.list_checkpoints()]
        say(f"ganae: error: {error}" + (f"; the newest checkpoint is of step {kept[0]}" if kept else ""))
        return 1
    return _close(run, game, callbacks[0]) if run.session.is_chief else EXIT_CODES[run.stop.reason]


def _check_end(game: Game, steps: int, reason: str | None) -> None:
    """Keras takes some errors, as that of a compiled program that cannot be read back, for the end of the data."""
    if game.steps_done < steps and not reason:
        again = "; compiled programs that were kept are thrown away: try again" if xla_cache.forget() else ""
        raise RuntimeError(f"training ended at step {game.steps_done} of {steps}, for no reason given{again}")


def _callbacks(run: Run, bar: ProgressBar, game: Game) -> list:
    """The history, and for the chief all that writes or shows something; in the order in which they act."""
    every, first, folder = run.config.train, run.first_step, run.folder
    about = run.checkpoint.about if run.checkpoint else {"last_row": 0, "seconds": 0.0}
    rows_per_step = every.batch_size * game.batches_per_step
    history = History(every.log_every, first, rows_per_step, about["seconds"], about["last_row"])
    if not run.session.is_chief:
        return [history]
    folder.cut_history(first if first % every.log_every == 0 else about["last_row"])
    events = Events(folder)
    samples = Samples(every.sample_every, first, folder, run.data, run.config.seed)
    facts = {"architecture": compatibility.architecture(run.config, game)}
    saving = Checkpoints(every.checkpoint_every, first, folder, history, facts, every.keep, every.best_by)
    history.listeners += [folder.append_history, events.scalars, bar.show, folder.note_progress]
    samples.listeners.append(events.picture)
    profile = [Profile(str(folder.tensorboard), every.profile_steps)] if every.profile_steps else []
    return [history, samples, saving, bar, *profile]


def _warn(line: str) -> None:
    say(f"ganae: warning: {line}")


def _nothing_left(run: Run) -> int:
    steps = run.config.train.steps
    say(f"nothing left to do: {run.folder.path} is at step {run.first_step} of {steps}; train.steps=N goes on")
    if run.session.is_chief and run.folder.read_config().train.steps == steps:  # it ended before it could say so
        run.folder.write_status("done", step=run.first_step, steps=steps)
    return 0


def _close(run: Run, game: Game, history: History) -> int:
    reason, steps = run.stop.reason, run.config.train.steps
    if reason and history.step < steps:
        finish.interrupted(run.folder, game, run.data, history, run.start.facts, steps, reason)
        return EXIT_CODES[reason]
    finish.done(run.folder, game, run.data, history, run.start.facts)
    return 0
