"""Early stopping of a run, `train.stop_when`: what its history says where it begins, or goes on from a checkpoint."""

from ganae_cli.training.begin import Run
from ganae_cli.training.callbacks import patience
from ganae_cli.training.callbacks.patience import Patience
from ganae_cli.training.callbacks.stop import NO_BETTER


def last_row(run: Run) -> int:
    """Return the step of the last row of the history that stays where the run goes on; a row cut short does not."""
    step = run.origin.step
    return step if step % run.setup.config.train.log_every == 0 else run.origin.last_row


def patience_of(run: Run) -> Patience | None:
    """Return the patience of a run, after the rows of its history that stay; None where it has none."""
    train, last = run.setup.config.train, last_row(run)
    if train.get("stop_when") is None:
        return None
    return patience.of(train, (row for row in run.folder.history.read() if int(row["step"]) <= last))


def is_over(run: Run) -> bool:
    """Return True if the patience was over where the run begins; all workers must ask at the same step.

    Never of a run that the user sends back to an older checkpoint: it is to train again.
    """
    session, is_asked_for = run.setup.session, run.setup.config.train.get("stop_when") is not None
    if not is_asked_for or run.origin.step >= run.steps or run.origin.branch.is_new:
        return False
    own = patience_of(run) if session.is_chief else None
    return session.any(bool(own and own.is_over))


def is_closed(run: Run) -> bool:
    """Return True if the patience was over where the run begins, and the run has been closed for that reason."""
    status = run.folder.status()
    of_this_step = status.get("state") == "interrupted" and status.get("step") == run.origin.step
    return is_over(run) and of_this_step and status.get("stopped_by") == NO_BETTER
