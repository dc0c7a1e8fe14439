"""Go on after a divergence from the last good checkpoint: config `train.on_divergence=rollback`.

A rollback is a resume within the process, with another stream of noise and smaller learning rates. How many there were
is in the checkpoint, so that a run that is killed and resumed gives the same numbers as one that was not.
"""

from dataclasses import replace

from omegaconf import DictConfig

from ganae_cli.errors import UserError
from ganae_cli.runtime.log import say
from ganae_cli.training import begin, setup
from ganae_cli.training.begin import Origin, Run
from ganae_cli.training.callbacks.history import NotFinite
from ganae_cli.training.setup import SLOWER
from ganae_cli.training.writing import Writing

ROLLBACK = "rollback"


def is_wanted(train: DictConfig) -> bool:
    """Return True if the config, its section `train`, asks for rollbacks."""
    return train.get("on_divergence") == ROLLBACK


def refuse(train: DictConfig) -> None:
    """Raise UserError for rollbacks that are wanted of several workers, who would have to agree on them."""
    if is_wanted(train):
        raise UserError("train.on_divergence=rollback is for a run of one process: several workers need stop")


def check(run: Run, error: NotFinite) -> None:
    """Raise the error again if the run ends with it: no rollback is wanted or left, or it was told to stop."""
    train, before = run.setup.config.train, run.origin.rollbacks
    if not is_wanted(train) or run.stop.reason:
        raise error
    if len(before) >= train.rollbacks:
        times = f"{len(before)} rollback{'s' if len(before) > 1 else ''}"
        raise NotFinite(f"{error}, after {times} (train.rollbacks)", error.step, error.term) from error


def after(run: Run, error: NotFinite, writing: Writing) -> Run:
    """Return the run as it goes on."""
    train, before = run.setup.config.train, run.origin.rollbacks
    origin = _origin(run)
    rollbacks = (*before, {"from": error.step, "to": origin.step, "term": error.term})
    number = len(rollbacks)
    if origin.checkpoint and not origin.branch.is_new:
        with writing.of("checkpoint", origin.checkpoint.weights):
            checkpoint = run.folder.checkpoints.note(origin.checkpoint, rollbacks=list(rollbacks))
            origin = replace(origin, checkpoint=checkpoint)
    origin = replace(origin, rollbacks=rollbacks)
    with writing.of("status", run.folder.path / "status.json"):
        run.folder.write_status("running", step=origin.step, rollbacks=list(rollbacks))
    begin.warn(
        f"{error}; back to step {origin.step} (rollback {number} of {train.rollbacks}), with other noise and learning "
        f"rates times {SLOWER**number:g}"
    )
    now = run.setup  # its config is settled: it states what was inherited, and `train.init_from` as a path
    built = setup.build(now.config, now.session, now.data, run.plugins, origin.checkpoint, number)
    return replace(run, setup=built, origin=origin)


def _origin(run: Run) -> Origin:
    """Return where the run goes on: its newest whole checkpoint, or its beginning if it has made none."""
    newest = run.folder.checkpoints.newest(say)
    own = run.origin
    if own.branch.is_new and newest and newest.line < own.branch.line:
        return own
    return Origin.of(newest)
