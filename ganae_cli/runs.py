"""A training run, from config to run folder. Reads as a table of contents."""

import contextlib
import json
import logging
import os
import platform
import subprocess
import sys
from datetime import datetime
from importlib import metadata
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ganae_cli import __version__, assembly, hardware
from ganae_cli.callbacks.checkpoint import Checkpoints
from ganae_cli.callbacks.history import History, NotFinite
from ganae_cli.callbacks.progress import ProgressBar, say
from ganae_cli.callbacks.samples import Samples
from ganae_cli.callbacks.stop import Stop
from ganae_cli.callbacks.tensorboard import Events
from ganae_cli.datasets.batches import batches
from ganae_cli.errors import UserError
from ganae_cli.run_folder import Checkpoint, RunFolder, write_atomically

log = logging.getLogger("ganae")
EXIT_CODES = {None: 0, "max_minutes": 0, "SIGINT": 130, "SIGTERM": 143}


def train(config: DictConfig, path: Path) -> int:
    """Train a new run in a fresh folder; returns the exit code. Raises UserError before anything is written."""
    folder = RunFolder(path)
    if not folder.is_fresh():
        raise UserError(f"{path} already holds a run; `ganae resume {path}` continues it")
    return _run(config, folder)


def resume(config: DictConfig, path: Path) -> int:
    """Continue the run of a folder from its newest whole checkpoint; `config` is its own, with the user's changes."""
    return _run(config, RunFolder(path))


def _run(config: DictConfig, folder: RunFolder) -> int:
    OmegaConf.set_struct(config, False)
    plugins = config.pop("plugins", ())  # the user's choice each time, never a run folder's
    with Stop(config.train.max_minutes) as stop:
        session = hardware.prepare(**assembly.plain(config.hardware))
        config.hardware.threads = session.threads
        folder = RunFolder(hardware.agree(session, str(folder.path)))
        assembly.import_parts(plugins)
        data = assembly.build_data(config)
        checkpoint = folder.newest_checkpoint(warn=lambda line: say(f"ganae: warning: {line}"))
        with session.strategy.scope():
            game = _build(config, data, session, checkpoint)
        with folder.claim() if session.is_chief else contextlib.nullcontext():
            if session.is_chief:
                _open_folder(folder, config, session)
            return _fit(config, folder, data, game, session, checkpoint, stop)


def _build(config, data, session, checkpoint: Checkpoint | None):
    """The compiled game, rehearsed on a real batch, with the checkpoint's weights if there is one."""
    if config.train.batch_size % session.replicas:
        raise UserError(f"train.batch_size is {config.train.batch_size}: not divisible by {session.replicas} replicas")
    game = assembly.build_game(config, data.shape)
    if checkpoint:
        _refuse_changes(checkpoint.about.get("architecture"), assembly.architecture(config, data.shape))
    game.rehearse(next(iter(batches(data, config.train.batch_size, config.seed, 0, 1))))
    game.compile(assembly.build_optimizers(config, game), jit=session.jit, ema=config.train.ema)
    if checkpoint:
        game.load_weights(checkpoint.weights)
    return game


def _fit(config, folder, data, game, session, checkpoint, stop) -> int:
    about = checkpoint.about if checkpoint else {"step": 0, "last_row": 0, "seconds": 0.0}
    first, steps = about["step"], config.train.steps
    if first >= steps:
        say(f"nothing left to do: {folder.path} is at step {first} of {steps}; train.steps=N goes on")
        return 0
    every, size = config.train, config.train.batch_size
    history = History(every.log_every, first, size, about["seconds"], about["last_row"])
    callbacks = [history]
    bar = ProgressBar(first, steps, f"{config.model.name} on {config.dataset.name}")
    if session.is_chief:
        folder.cut_history(first if first % every.log_every == 0 else about["last_row"])
        events, samples = Events(folder), Samples(every.sample_every, first, folder, data, config.seed)
        facts = {"architecture": assembly.architecture(config, data.shape)}
        saving = Checkpoints(every.checkpoint_every, first, folder, history, facts, every.keep, every.best_by)
        history.listeners += [folder.append_history, events.scalars, bar.show, _status_writer(folder, steps)]
        samples.listeners.append(events.picture)
        callbacks += [samples, saving, bar]
    stream = _distribute(session, data, size, config.seed, first, steps - first)
    try:
        game.fit(stream, epochs=1, steps_per_epoch=steps - first, verbose=0, callbacks=[*callbacks, stop])
    except NotFinite as error:
        return _fail(folder, bar, str(error))
    except BaseException as error:
        bar.close()
        if session.is_chief:
            log.exception("training failed")
            folder.write_status("failed", error=f"{type(error).__name__}: {error}")
        raise
    return _close(folder, history, stop.reason, steps) if session.is_chief else EXIT_CODES[stop.reason]


def _distribute(session, data, batch_size: int, seed: int, first_step: int, steps: int):
    """Each replica's rows of each global batch, in the order of the seed."""
    local = session.replicas // session.ranks

    def rows(context=None):
        return batches(data, batch_size, seed, first_step, steps, rank=session.rank, ranks=session.ranks, replicas=local)

    return session.strategy.distribute_datasets_from_function(rows) if session.replicas > 1 else rows()


def _refuse_changes(before: dict | None, now: dict) -> None:
    """Weights fit one architecture only. Raises UserError with a line for each difference."""
    old, new = (_flat(OmegaConf.to_container(OmegaConf.create(facts or {}))) for facts in (before, now))
    changes = [f"{k}: {old.get(k)} -> {new.get(k)}" for k in sorted(old | new) if old.get(k) != new.get(k)]
    if changes and before:
        raise UserError("the checkpoint was made by another architecture: " + "; ".join(changes))


def _flat(tree: dict, prefix: str = "") -> dict:
    leaves = {}
    for key, value in tree.items():
        leaves |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return leaves


def _open_folder(folder: RunFolder, config: DictConfig, session) -> None:
    write_atomically(folder.config, OmegaConf.to_yaml(config, resolve=False))
    write_atomically(folder.environment, json.dumps(_environment(config, session), indent=2) + "\n")
    handler = logging.FileHandler(folder.log)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    folder.write_status("running", steps=config.train.steps, pid=os.getpid(), host=platform.node(), error=None)


def _environment(config: DictConfig, session) -> dict:
    packages = ("tensorflow", "keras", "numpy", "hydra-core", "omegaconf", "scikit-learn")
    return {
        "ganae": __version__,
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in packages},
        "commit": _commit(),
        "platform": platform.platform(),
        "devices": session.devices,
        "replicas": session.replicas,
        "threads": session.threads,
        "seed": config.seed,
        "command": ["ganae", *sys.argv[1:]],
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _commit() -> str | None:
    """The commit of the current folder, `+` appended if it has changes; None outside a git checkout."""
    try:
        run = subprocess.run(["git", "describe", "--always", "--dirty=+", "--abbrev=40"], capture_output=True, text=True)
    except OSError:
        return None
    return run.stdout.strip() or None


def _status_writer(folder: RunFolder, steps: int):
    def write(row: dict) -> None:
        folder.write_status("running", step=row["step"], steps=steps, seconds=row["seconds"])

    return write


def _fail(folder: RunFolder, bar: ProgressBar, message: str) -> int:
    bar.close()
    log.error(message)
    folder.write_status("failed", error=message)
    say(f"ganae: error: {message}; {folder.path} keeps the last good checkpoint")
    return 1


def _close(folder: RunFolder, history: History, reason: str | None, steps: int) -> int:
    """The status and the closing lines: what was learned, and where it is."""
    step, seconds = history.step, round(history.seconds_so_far, 3)
    facts = {"step": step, "seconds": seconds}
    if reason:
        folder.write_status("interrupted", **facts, error=reason)
        say(f"stopped by {reason} at step {step} of {steps}; go on with: ganae resume {folder.path}")
        return EXIT_CODES[reason]
    folder.write_status("done", **facts)
    terms = "  ".join(f"{k} {v:.4g}" for k, v in history.row.items() if "." in k and not k.endswith(".loss"))
    say(f"done: {step} steps in {seconds:.0f} s\n  {terms}")
    say(f"  pictures: {folder.samples}\n  more:     ganae sample {folder.path} --count 64 --out grid.png")
    return 0
