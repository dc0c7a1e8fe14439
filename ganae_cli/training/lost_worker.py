"""What is written down and said when another worker is gone, so that the training cannot go on."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.runtime.devices import Session
from ganae_cli.runtime.log import say
from ganae_cli.runtime.workers.watch import FAILED, STOPPED, Lost, WorkerLost
from ganae_cli.terminal import command
from ganae_cli.training.begin import Run
from ganae_cli.training.callbacks.stop import LOST_WORKER


def recorded(run: Run, lost: Lost | None = None) -> int:
    """Record in the run's folder that it was interrupted, say how to go on, and return the exit code.

    Between two steps, the state of the last one was saved before. Within a step, some networks have moved and others
    have not: that state is let go, and the run goes on from its newest checkpoint. lost: None: as the watch knows.
    """
    session, folder = run.setup.session, run.folder
    lost = lost or (session.watch.lost if session.watch else None)
    said = str(lost or "another worker was lost")
    where = ""
    if session.is_chief:
        newest = next((one.step for one in folder.checkpoints.list() if one.is_whole()), None)
        where = "; it has no checkpoint yet" if newest is None else f"; the newest checkpoint is of step {newest}"
        if folder.config.exists():
            with contextlib.suppress(OSError):
                folder.write_status("interrupted", step=newest or 0, error=said, stopped_by=LOST_WORKER)
    say(f"ganae: error: {said}{where}; go on, with as many workers as there are: `{command('resume', folder.path)}`")
    return 1


def give_up_in(run: Run) -> None:
    """Let the watch record a loss in the run's folder, too, if TensorFlow does not return."""
    if watch := run.setup.session.watch:
        watch.give_up = lambda lost: recorded(run, lost)


@contextlib.contextmanager
def watched(session: Session) -> Iterator[None]:
    """Tell the other workers, at the end of a block, how this one leaves.

    Raises WorkerLost instead of whatever TensorFlow raises when one of them is gone.
    """
    if not session.watch:
        yield
        return
    try:
        yield
    except BaseException as error:
        lost = session.lost() if isinstance(error, Exception) and not isinstance(error, UserError) else None
        session.watch.leave(STOPPED if isinstance(error, KeyboardInterrupt | SystemExit) else FAILED)
        if lost and not isinstance(error, WorkerLost):
            raise lost from error
        raise
    session.watch.leave(session.watch.word)


def told(session: Session, code: int) -> int:
    """Return an exit code; the others will be told of a failure, as of a full disk, which the chief alone has met."""
    if session.watch and code == 1:
        session.watch.word = FAILED
    return code


def said(train: Callable[[], tuple[int, Path]], path: Path) -> tuple[int, Path]:
    """Return what a training returns. A loss before it began is said in a line, and there is nothing to record."""
    try:
        return train()
    except WorkerLost as error:
        say(f"ganae: error: {error}, before the training went on in {path}: start all workers again")
        return 1, path
