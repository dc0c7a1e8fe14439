"""Choice of the checkpoints that are kept."""

import errno
from dataclasses import replace
from types import SimpleNamespace

import keras
import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import branch as branches
from ganae_cli.storage.branch import Branch
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.checkpoint import Checkpoints, Kept
from ganae_cli.training.rows import Rows
from ganae_cli.training.writing import Writing


@pytest.fixture
def saving(tmp_path):
    """Make the callback of a run that goes on after step `first`."""
    history = SimpleNamespace(last_row=0, seconds_so_far=0.0, row={})
    model = keras.Sequential([keras.layers.Dense(1)])
    model.build((None, 1))

    def make(keep, best_by=None, first=0, branch=Branch(), writing=None):  # noqa: B008 (frozen)
        folder, writing = RunFolder(tmp_path), writing or Writing(False, print)
        rows = Rows(folder, first, branch, writing)
        made = Checkpoints(1000, first, folder, history, branch.facts, Kept(keep, best_by), rows, writing)
        made.set_model(model)
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


@pytest.mark.parametrize("damage", ["weights", "facts"])
def test_a_damaged_one_of_a_branch_that_is_left_is_not_the_one_to_keep(saving, damage):
    """The run went back to step 1000, its branch broke at step 1500, and it goes on from step 1000 again."""
    made = saving(keep=1, best_by="loss")
    made.act(1000)
    checkpoints = made.folder.checkpoints
    about = {"line": 1, "line_began": 1000, "metric": {"loss": 0.0}}
    broken = checkpoints.add(1500, lambda path: path.write_text("weights"), **about)
    (broken.weights if damage == "weights" else broken.weights.with_name("step-00001500.json")).write_text("wei")
    made = saving(keep=1, best_by="loss", first=1000)
    for step in (2000, 3000):
        made.history.row = {"loss": step / 1000}
        made.act(step)
    assert steps(made.folder) == [3000, 2000]
    assert checkpoints.newest().step == 3000


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


def test_a_branch_that_could_not_take_over_at_its_last_step_tries_again_at_the_end(saving, monkeypatch):
    made = saving(keep=9)
    for step in (1000, 2000, 3000):
        made.act(step)
    branch = Branch.from_older(made.folder.checkpoints.of_step(1000), made.folder.checkpoints)
    said = []
    made = saving(keep=9, first=1000, branch=branch, writing=Writing(True, said.append))
    made.on_train_end()  # told to stop before its first step: the old branch stays
    assert steps(made.folder) == [3000, 2000, 1000]

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(branches, "settle", full)
        made = saving(keep=9, first=1000, branch=branch, writing=Writing(True, said.append))
        made.step = 1500
        made.act(1500)
    assert (len(said), made.rows.is_held) == (1, True)
    made.on_train_end()
    assert steps(made.folder) == [1500, 1000]
    assert not made.rows.is_held


def test_a_metric_of_an_older_step_is_not_that_of_the_checkpoint(saving):
    """A signal ends a run between two evaluations: what the last one measured is of other weights."""
    made = saving(keep=1, best_by="fid")
    made.kept = replace(made.kept, is_of_a_step=True)
    made.history.row = {"step": 1000, "fid": 1.0}
    made.act(1000)
    made.act(1500)
    assert made.folder.checkpoints.best("fid").step == 1000
    assert steps(made.folder) == [1500, 1000], "nor does the best one make room for it"
