"""Train a run from its origin to its end, or close one whose last step is done; again after a rollback."""

from ganae_cli.builders import compatibility
from ganae_cli.config import chosen
from ganae_cli.evaluation.scores import Evaluation
from ganae_cli.runtime import xla_cache
from ganae_cli.runtime.log import say
from ganae_cli.training import early_stop, finish, lost_worker, rollback, watching
from ganae_cli.training.begin import Run
from ganae_cli.training.callbacks import evaluation, patience
from ganae_cli.training.callbacks.checkpoint import Checkpoints, Kept
from ganae_cli.training.callbacks.claimed import Claimed
from ganae_cli.training.callbacks.finite import Finite
from ganae_cli.training.callbacks.history import History, NotFinite
from ganae_cli.training.callbacks.peers import Peers
from ganae_cli.training.callbacks.profile import Profile
from ganae_cli.training.callbacks.progress import ProgressBar
from ganae_cli.training.callbacks.samples import Samples
from ganae_cli.training.callbacks.stop import COLLAPSE, LOST_WORKER, NO_BETTER, OUT_OF_TIME
from ganae_cli.training.callbacks.tensorboard import Events
from ganae_cli.training.rows import Rows
from ganae_cli.training.writing import CONTINUE, Writing


def to_the_end(run: Run) -> str | None:
    """Train the steps that are left, then close the run. Return why training ended before its last step, or None."""
    writing = Writing(run.setup.config.train.get("on_write_error") == CONTINUE, say)
    while run.origin.step < run.steps and not early_stop.is_over(run):
        try:
            return _train(run, writing)
        except NotFinite as error:
            rollback.check(run, error)
            diverged = error.with_traceback(None)  # its frames hold all that was trained
        run = rollback.after(run, diverged, writing)
    return _finish(run, writing)


def _train(run: Run, writing: Writing) -> str | None:
    config, game, first = run.setup.config, run.setup.game, run.origin.step
    bar = ProgressBar(first, run.steps, chosen.title(config), run.stop.deadline)
    history = _history(run)
    sound = Finite(config.train.checkpoint_every, first, history)
    profile = Profile(run.folder.tensorboard, config.train.profile_steps, writing)
    writers = [*_writers(run, history, bar, writing), profile] if run.setup.session.is_chief else []
    try:
        with xla_cache.blamed(lambda: game.state.steps_done == first, run.setup.session.ranks == 1):
            run.setup.fit(first, run.steps, [*_guards(run), run.start, history, sound, *writers, run.stop])
            _check_end(game.state.steps_done, run.steps, run.stop.reason)
    finally:
        bar.close()
        profile.drop()
    if not run.setup.session.is_chief:
        if run.stop.reason == LOST_WORKER:
            lost_worker.recorded(run)
        return run.stop.reason
    return _close(run, history, writing)


def _check_end(step: int, steps: int, reason: str | None) -> None:
    """Raise RuntimeError for a training that ended early without a reason.

    Keras takes some errors, such as that of a compiled program that cannot be read back, for the end of the data.
    """
    if step < steps and not reason:
        raise RuntimeError(f"training ended at step {step} of {steps}, for no reason given")


def _guards(run: Run) -> list:
    """Return the callbacks that act before any other one writes."""
    every, watch = run.setup.config.train, run.setup.session.watch
    intervals = (every.log_every, every.sample_every, every.checkpoint_every, every.profile_steps and 1)
    return [*([Peers(watch)] if watch else []), *([Claimed(run.claim, intervals)] if run.claim else [])]


def _history(run: Run) -> History:
    train, rollbacks = run.setup.config.train, len(run.origin.rollbacks)
    rows_per_step = train.batch_size * run.setup.game.batches_per_step
    shown = rollbacks if rollbacks or rollback.is_wanted(train) else None
    return History(
        train.log_every, run.origin.step, rows_per_step, run.origin.seconds, run.origin.last_row, rollbacks=shown
    )


def _writers(run: Run, history: History, bar: ProgressBar, writing: Writing) -> list:
    """Return the callbacks that write or show something, in the order in which they act; the chief's only."""
    config, folder, first = run.setup.config, run.folder, run.origin.step
    every, branch = config.train, run.origin.branch
    stays = early_stop.last_row(run)
    if run.tracking:
        run.tracking.begin(stays)
    rows = Rows(folder, stays, branch, writing)
    events = Events(folder, writing)
    samples = Samples(every.sample_every, first, folder, run.setup.data, config.seed, writing)
    standard, sound = run.setup.data.standard, run.setup.data.sound
    facts = {"architecture": compatibility.architecture(config, run.setup.game)} | branch.facts
    facts |= standard.facts() if standard else {}
    facts |= sound.facts() if sound else {}
    facts |= {"rollbacks": list(run.origin.rollbacks)} if run.origin.rollbacks else {}
    is_metric = every.best_by is not None and every.best_by not in run.setup.game.terms
    kept = Kept(every.keep, every.best_by, evaluation.better(every.best_by), is_of_a_step=is_metric)
    saving = Checkpoints(every.checkpoint_every, first, folder, history, facts, kept, rows, writing)

    def note_progress(row: dict) -> None:
        with writing.of("status", folder.path / "status.json"):
            folder.note_progress(row)

    columns = folder.history.scan().columns
    history.measured = evaluation.Evaluations(config, run.setup.game, run.setup.data, columns)
    if every.stop_on_collapse:
        for looking in (samples.watch, history.measured.watch):
            looking.then = lambda: run.stop.because(COLLAPSE)
    watch = watching.of_run(run)
    history.listeners += [rows.add, events.scalars, bar.show, note_progress, watch.take]
    run.watches.all = (samples.watch, samples.modes_watch, history.measured.watch, watch)
    if patience := early_stop.patience_of(run):
        patience.then = lambda: run.stop.because(NO_BETTER)
        history.listeners.append(patience.take)
    samples.listeners.append(events.picture)
    if run.tracking:
        history.listeners.append(run.tracking.row)
        samples.listeners.append(run.tracking.picture)
    return [samples, saving, bar]


def _finish(run: Run, writing: Writing) -> str | None:
    """Close a run that has no step left, or no patience, but was not measured: it was stopped or killed as it ended.

    What follows the last step and is not in its checkpoint is done again: the row of an interval that the end cut
    short, the last pictures, and the removal of older checkpoints.
    """
    reason = NO_BETTER if run.origin.step < run.steps else None
    if not run.setup.session.is_chief:
        return reason
    bar = ProgressBar(run.origin.step, run.steps, chosen.title(run.setup.config))
    history = _history(run)
    writing.must_succeed()
    samples, saving, _ = _writers(run, history, bar, writing)
    for callback in (history, samples):
        callback.set_model(run.setup.game)
    history.on_train_begin()
    for callback in (history, samples):
        callback.on_train_end()
    with writing.of("checkpoint", run.folder.checkpoints.folder):
        saving.prune()
    rows = run.folder.history.read()
    ended = _ended(run, run.origin.step, run.origin.seconds, rows[-1] if rows else {}, writing)
    if reason:
        finish.no_better(ended, early_stop.patience_of(run))
    else:
        finish.done(ended)
    return reason


def _close(run: Run, history: History, writing: Writing) -> str | None:
    if run.claim:
        run.claim.check()
    reason = run.stop.reason
    if history.step >= run.steps and not run.stop.is_by_signal:  # its time may be over at the last step
        reason = None
    evaluated = history.measured.at(history.step) if isinstance(history.measured, evaluation.Evaluations) else None
    ended = _ended(run, history.step, history.seconds_so_far, history.row, writing, evaluated)
    if reason is None:
        finish.done(ended)
    elif reason == OUT_OF_TIME:
        finish.out_of_time(ended)
    elif reason == COLLAPSE:
        finish.collapsed(ended)
    elif reason == NO_BETTER:
        finish.no_better(ended, patience.of(run.setup.config.train, run.folder.history.read()))
    elif reason == LOST_WORKER:
        lost_worker.recorded(run)
    else:
        finish.interrupted(ended, reason)
    return reason


def _ended(
    run: Run, step: int, seconds: float, row: dict, writing: Writing, evaluated: Evaluation | None = None
) -> finish.Ended:
    setup = run.setup
    facts = (run.folder, setup.game, setup.data, step, seconds, run.steps, row, writing, run.start.facts)
    return finish.Ended(*facts, setup.config, evaluated, run.watches.open())
