"""Going on from an older checkpoint: nothing of the old branch is touched before the new one has a checkpoint."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import branch as module
from ganae_cli.storage.branch import Branch
from ganae_cli.storage.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    """Make a run with checkpoints at steps 10, 20 and 30 and a row of history every 5 steps."""
    made = RunFolder(tmp_path)
    for step in range(5, 31, 5):
        made.history.append({"step": step, "loss": float(step)})
    for step in (10, 20, 30):
        made.checkpoints.add(step, lambda path: path.write_text("old"), last_row=step)
    return made


def steps(folder):
    return [one.step for one in folder.checkpoints.list()]


def history(folder):
    return [(int(row["step"]), float(row["loss"])) for row in folder.history.read()]


OLD = [(step, float(step)) for step in range(5, 31, 5)]
NEW = [(5, 5.0), (10, 10.0), (15, -15.0)]


def begin(folder):
    branch = Branch.from_older(folder.checkpoints.of_step(10), folder.checkpoints)
    module.set_aside(folder.history, branch, 10, [{"step": 15, "loss": -15.0}])
    return branch


def test_before_its_first_checkpoint_a_branch_has_changed_nothing(folder):
    begin(folder)
    assert (steps(folder), history(folder)) == ([30, 20, 10], OLD)
    newest = folder.checkpoints.newest()
    assert newest.step == 30
    module.recover(folder.history, folder.checkpoints, newest)  # as the next resume does
    assert (steps(folder), history(folder)) == ([30, 20, 10], OLD)
    assert list(folder.path.glob(".history*")) == []


@pytest.mark.parametrize("is_killed", [False, True])
def test_with_its_first_checkpoint_a_branch_takes_over(folder, is_killed):
    branch = begin(folder)
    folder.checkpoints.add(15, lambda path: path.write_text("new"), last_row=15, **branch.facts)
    assert folder.checkpoints.newest().step == 15
    if is_killed:
        module.recover(folder.history, folder.checkpoints, folder.checkpoints.newest())
    else:
        module.settle(folder.history, folder.checkpoints, branch)
    assert (steps(folder), history(folder)) == ([15, 10], NEW)
    assert folder.checkpoints.newest().weights.read_text() == "new"


def test_a_second_branch_counts_on(folder):
    branch = begin(folder)
    folder.checkpoints.add(15, lambda path: path.write_text("new"), last_row=15, **branch.facts)
    module.settle(folder.history, folder.checkpoints, branch)
    assert Branch.of(folder.checkpoints.newest()) == Branch(1, 10)
    assert Branch.from_older(folder.checkpoints.of_step(10), folder.checkpoints) == Branch(2, 10, is_new=True)
    assert Branch.of(folder.checkpoints.of_step(10)).facts == {}


@pytest.mark.parametrize("line", [2**31, 2**63 - 1])
def test_a_number_beyond_all_sense_costs_no_checkpoint(folder, line):
    """One more than the most would be a checkpoint that counts as damaged, after those before it are removed."""
    facts = folder.checkpoints.folder / "step-00000030.json"
    facts.write_text(json.dumps(json.loads(facts.read_text()) | {"line": line}))
    if line == 2**31:
        with pytest.raises(UserError, match="checkpoints: 'line' of a checkpoint is 2147483648"):
            begin(folder)
    else:  # it is damaged by itself, and the run goes on from the one before
        assert folder.checkpoints.newest().step == 20
        assert Branch.from_older(folder.checkpoints.of_step(10), folder.checkpoints).line == 1
    assert steps(folder) in ([30, 20, 10], [20, 10, 30], [30, 10, 20])
