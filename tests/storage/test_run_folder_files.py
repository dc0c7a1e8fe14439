"""Checkpoints and history of a run folder outlive a kill at any point."""

import json
import os
from pathlib import Path

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import checkpoints
from ganae_cli.storage.run_folder import RunFolder


class Killed(BaseException):
    """Stands for the death of the process."""


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path)


def writer(text):
    return lambda path: path.write_text(text)


def die(*_):
    raise Killed


def steps(folder):
    return [checkpoint.step for checkpoint in folder.list_checkpoints()]


# Checkpoints --------------------------------------------------------------------------------------------------------


def test_a_checkpoint_is_weights_and_a_json_that_vouches_for_them(folder):
    """SHA-256 of "abc": FIPS 180-2, appendix B.1."""
    made = folder.add_checkpoint(1000, writer("abc"), metric={"loss": 0.5})
    assert made.weights == folder.path / "checkpoints" / "step-00001000.weights.h5"
    expected = {
        "step": 1000,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "metric": {"loss": 0.5},
    }
    assert json.loads((folder.checkpoints / "step-00001000.json").read_text()) == expected
    assert sorted(path.name for path in folder.checkpoints.iterdir()) == [
        "step-00001000.json",
        "step-00001000.weights.h5",
    ]
    assert folder.newest_checkpoint() == made


def test_checkpoints_are_listed_newest_first(folder):
    assert steps(folder) == []
    assert folder.newest_checkpoint() is None
    for step in (2, 100, 30):
        folder.add_checkpoint(step, writer(str(step)))
    (folder.checkpoints / "step-notes.json").write_text("{}")
    assert steps(folder) == [100, 30, 2]


@pytest.mark.parametrize("moment", ["while the weights are written", "before they get their name", "before the JSON"])
def test_a_kill_within_a_checkpoint_leaves_the_one_before(folder, monkeypatch, moment):
    folder.add_checkpoint(1, writer("one"))
    if moment == "before the JSON":
        monkeypatch.setattr(checkpoints, "write_atomically", die)
    elif moment == "before they get their name":
        monkeypatch.setattr(os, "replace", die)

    def save(path):
        path.write_text("tw")
        if moment == "while the weights are written":
            raise Killed

    with pytest.raises(Killed):
        folder.add_checkpoint(2, save)
    warnings = []
    assert folder.newest_checkpoint(warnings.append).step == 1
    assert warnings == []  # half a checkpoint is the trace of a kill, not damage


def test_a_kill_while_a_checkpoint_is_made_again_leaves_no_false_witness(folder, monkeypatch):
    """A resumed run comes to the step of an old checkpoint: its JSON must not vouch for weights it never saw."""
    folder.add_checkpoint(1, writer("one"))
    folder.add_checkpoint(2, writer("two"))
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "write_atomically", die)
        with pytest.raises(Killed):
            folder.add_checkpoint(2, writer("TWO"))
    warnings = []
    assert folder.newest_checkpoint(warnings.append).step == 1
    assert warnings == []
    folder.add_checkpoint(2, writer("TWO"))
    assert folder.newest_checkpoint().weights.read_text() == "TWO"


@pytest.mark.parametrize("damage", ["other bytes", "no weights", "no JSON to read", "another JSON"])
def test_a_damaged_checkpoint_is_reported_and_the_one_before_it_used(folder, damage):
    folder.add_checkpoint(1, writer("one"))
    newest = folder.add_checkpoint(2, writer("two"))
    facts = folder.checkpoints / "step-00000002.json"
    if damage == "other bytes":
        newest.weights.write_text("twO")
    elif damage == "no weights":
        newest.weights.unlink()
    else:
        facts.write_text('{"step": 2, "sha' if damage == "no JSON to read" else "[2]")
    warnings = []
    assert folder.newest_checkpoint(warnings.append).step == 1
    assert warnings == ["checkpoint step-00000002.weights.h5 is damaged; looking at the one before it"]


def test_all_checkpoints_damaged(folder):
    for step in (1, 2):
        folder.add_checkpoint(step, writer("x")).weights.write_text("y")
    warnings = []
    with pytest.raises(UserError, match=r"every checkpoint of .* is damaged"):
        folder.newest_checkpoint(warnings.append)
    assert len(warnings) == 2


def test_a_removed_checkpoint_is_gone_and_a_kill_in_between_leaves_none(folder, monkeypatch):
    for step in (1, 2):
        folder.add_checkpoint(step, writer("x"))
    newest, oldest = folder.list_checkpoints()
    folder.remove_checkpoint(newest)
    assert steps(folder) == [1]
    monkeypatch.setattr(type(oldest.weights), "unlink", unlink_once())
    with pytest.raises(Killed):
        folder.remove_checkpoint(oldest)
    assert steps(folder) == []


def unlink_once():
    """Path.unlink that works the first time, and then the process dies."""
    calls, real = [], Path.unlink

    def unlink(path, missing_ok=False):
        calls.append(path)
        if len(calls) > 1:
            raise Killed
        real(path)

    return unlink


# History ------------------------------------------------------------------------------------------------------------


def append(folder, *steps):
    for step in steps:
        folder.append_history({"step": step, "seconds": 0.5 * step, "gan.loss": 1 / step})


def test_history_has_one_header_and_is_cut_behind_a_step(folder):
    assert folder.read_history() == []
    append(folder, 2, 4, 5)
    folder.cut_history(4)
    assert folder.history.read_text() == "step,seconds,gan.loss\n2,1.0,0.5\n4,2.0,0.25\n"
    append(folder, 8)
    assert [row["step"] for row in folder.read_history()] == ["2", "4", "8"]
    assert folder.read_history()[-1] == {"step": "8", "seconds": "4.0", "gan.loss": "0.125"}


def test_cutting_what_is_not_there_changes_nothing(folder):
    folder.cut_history(4)
    assert not folder.history.exists()
    append(folder, 2, 4)
    before = folder.history.stat()
    folder.cut_history(4)
    assert folder.history.stat().st_ino == before.st_ino


def test_history_can_be_cut_to_nothing(folder):
    append(folder, 2)
    folder.cut_history(0)
    append(folder, 3)
    assert folder.history.read_text() == f"step,seconds,gan.loss\n3,1.5,{1 / 3}\n"


@pytest.mark.parametrize("half", ["1", "16", "16,8.", "16,8.0,0.06"])
def test_a_row_that_a_crash_cut_off_is_dropped(folder, half):
    """Of the row of step 16, whose checkpoint was never reached; its first digit alone looks like step 1."""
    append(folder, 2, 4)
    with folder.history.open("a") as file:
        file.write(half)
    folder.cut_history(4)
    append(folder, 8)
    assert folder.history.read_text() == "step,seconds,gan.loss\n2,1.0,0.5\n4,2.0,0.25\n8,4.0,0.125\n"


def test_the_environment_of_each_process_is_kept(folder):
    assert folder.sessions() == []
    folder.add_session({"threads": 2}, resumes=False)
    folder.add_session({"threads": 4}, resumes=True)
    folder.add_session({"threads": 8}, resumes=True)
    assert json.loads(folder.environment.read_text()) == {"threads": 2, "resumed": [{"threads": 4}, {"threads": 8}]}
    assert folder.sessions() == [{"threads": 2}, {"threads": 4}, {"threads": 8}]
    folder.add_session({"threads": 1}, resumes=False)  # a run that begins anew
    assert folder.sessions() == [{"threads": 1}]
    folder.environment.write_text("{")
    assert folder.sessions() == []
