"""Which checkpoints are kept, and what ends a training."""

import signal
from types import SimpleNamespace

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.checkpoint import Checkpoints
from ganae_cli.training.callbacks.stop import SIGNALS, Stop


class Model:
    """What the callback asks of a game."""

    def save_weights(self, path):
        path.write_text("weights")


@pytest.fixture
def saving(tmp_path):
    """Makes the callback of a run that goes on after `first`, with as many kept as asked for."""
    history = SimpleNamespace(check_finite=lambda: None, last_row=0, seconds_so_far=0.0, row={})

    def make(keep, best_by=None, first=0):
        made = Checkpoints(1000, first, RunFolder(tmp_path), history, {}, keep, best_by)
        made.set_model(Model())
        return made

    return make


def steps(folder):
    return [checkpoint.step for checkpoint in folder.checkpoints.list()]


def test_the_last_ones_are_kept_and_the_best(saving):
    made = saving(keep=2, best_by="loss")
    for step, loss in ((1000, 3.0), (2000, 1.0), (3000, 2.0), (4000, 4.0), (5000, 5.0)):
        made.history.row = {"loss": loss}
        made.act(step)
    assert steps(made.folder) == [5000, 4000, 2000]


def test_a_damaged_one_of_a_later_step_costs_no_whole_one(saving):
    made = saving(keep=1)
    made.act(1000)
    made.folder.checkpoints.add(2000, lambda path: path.write_text("weights")).weights.write_text("wei")
    made = saving(keep=1, first=1000)
    made.act(1500)
    assert made.folder.checkpoints.newest().step == 1500
    assert steps(made.folder) == [2000, 1500]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_training_after_the_step(number):
    with Stop() as stop:
        stop.agree = bool
        stop.set_model(SimpleNamespace())
        stop.on_train_begin()
        signal.raise_signal(number)
        assert stop.reason == number.name
        stop.on_train_batch_end(0)
        assert stop.model.stop_training
        assert stop.model.interrupted == number.name
        if number == signal.SIGHUP:  # which comes twice
            signal.raise_signal(number)
            return
        with pytest.raises(KeyboardInterrupt):  # a second one does not wait
            signal.raise_signal(number)


@pytest.mark.parametrize(("number", "expected"), [(signal.SIGHUP, SystemExit), (signal.SIGINT, KeyboardInterrupt)])
def test_before_training_nothing_waits(number, expected):
    with Stop(), pytest.raises(expected):
        signal.raise_signal(number)


def test_a_signal_that_is_ignored_stays_so():
    """As `nohup ganae train` asks."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Stop() as stop:
            signal.raise_signal(signal.SIGHUP)
            assert stop.reason is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_checkpoint_by_name_and_by_step(saving):
    made = saving(keep=1, best_by="loss")
    for step, loss in ((1000, 1.0), (2000, 3.0)):
        made.history.row = {"loss": loss}
        made.act(step)
    folder = made.folder
    assert (folder.checkpoints.best("loss").step, folder.checkpoints.of_step(2000).step) == (1000, 2000)
    with pytest.raises(UserError, match=r"no whole checkpoint of step 1500 \(steps: 1000, 2000\)"):
        folder.checkpoints.of_step(1500)
    with pytest.raises(UserError, match=r"its train\.best_by is null"):
        folder.checkpoints.best(None)
    folder.checkpoints.best("loss").weights.write_text("wei")
    assert folder.checkpoints.best("loss").step == 2000
