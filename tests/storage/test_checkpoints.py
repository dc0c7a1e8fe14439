"""Checkpoints of a run: complete or not there, whenever the process dies."""

import contextlib
import errno
import json
import os
import re
import tempfile
import threading
from pathlib import Path

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import checkpoints as module
from ganae_cli.storage.checkpoints import Checkpoints


class Killed(BaseException):
    """Stands for the death of the process."""


@pytest.fixture
def checkpoints(tmp_path):
    return Checkpoints(tmp_path)


def writer(text):
    return lambda path: path.write_text(text)


def die(*_):
    raise Killed


def steps(checkpoints):
    return [checkpoint.step for checkpoint in checkpoints.list()]


def test_a_checkpoint_is_weights_and_a_json_that_vouches_for_them(checkpoints):
    """SHA-256 of "abc": FIPS 180-2, appendix B.1."""
    made = checkpoints.add(1000, writer("abc"), metric={"loss": 0.5})
    assert made.weights == checkpoints.run / "checkpoints" / "step-00001000.weights.h5"
    expected = {
        "step": 1000,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "metric": {"loss": 0.5},
    }
    assert json.loads((checkpoints.folder / "step-00001000.json").read_text()) == expected
    assert sorted(path.name for path in checkpoints.folder.iterdir()) == [
        "step-00001000.json",
        "step-00001000.weights.h5",
    ]
    assert checkpoints.newest() == made


def test_checkpoints_are_listed_newest_first(checkpoints):
    assert steps(checkpoints) == []
    assert checkpoints.newest() is None
    for step in (2, 100, 30):
        checkpoints.add(step, writer(str(step)))
    (checkpoints.folder / "step-notes.json").write_text("{}")
    assert steps(checkpoints) == [100, 30, 2]


@pytest.mark.parametrize("moment", ["while the weights are written", "before they get their name", "before the JSON"])
def test_a_kill_within_a_checkpoint_leaves_the_one_before(checkpoints, monkeypatch, moment):
    checkpoints.add(1, writer("one"))
    if moment == "before the JSON":
        monkeypatch.setattr(module, "write_atomically", die)
    elif moment == "before they get their name":
        monkeypatch.setattr(os, "replace", die)

    def save(path):
        path.write_text("tw")
        if moment == "while the weights are written":
            raise Killed

    with pytest.raises(Killed):
        checkpoints.add(2, save)
    warnings = []
    assert checkpoints.newest(warnings.append).step == 1
    assert warnings == []  # half a checkpoint is the trace of a kill, not damage


def test_a_kill_while_a_checkpoint_is_made_again_leaves_no_false_witness(checkpoints, monkeypatch):
    """A resumed run comes to the step of an old checkpoint: its JSON must not vouch for weights it never saw."""
    checkpoints.add(1, writer("one"))
    checkpoints.add(2, writer("two"))
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_atomically", die)
        patch.setattr(Checkpoints, "put_back", lambda _: None)  # a kill leaves no time for it
        with pytest.raises(Killed):
            checkpoints.add(2, writer("TWO"))
    warnings = []
    assert checkpoints.newest(warnings.append).step == 1
    assert warnings == []
    checkpoints.add(2, writer("TWO"))
    assert checkpoints.newest().weights.read_text() == "TWO"


@pytest.mark.parametrize("damage", ["other bytes", "no weights", "no JSON to read", "another JSON"])
def test_a_damaged_checkpoint_is_reported_and_the_one_before_it_used(checkpoints, damage):
    checkpoints.add(1, writer("one"))
    newest = checkpoints.add(2, writer("two"))
    facts = checkpoints.folder / "step-00000002.json"
    if damage == "other bytes":
        newest.weights.write_text("twO")
    elif damage == "no weights":
        newest.weights.unlink()
    else:
        facts.write_text('{"step": 2, "sha' if damage == "no JSON to read" else "[2]")
    warnings = []
    assert checkpoints.newest(warnings.append).step == 1
    reason = rf" \(cannot read {facts}: .*\)" if "JSON" in damage else ""
    expected = f"checkpoint step-00000002.weights.h5 is damaged{reason}; trying the one before it"
    assert len(warnings) == 1
    assert re.fullmatch(expected, warnings[0])


def test_all_checkpoints_damaged(checkpoints):
    for step in (1, 2):
        checkpoints.add(step, writer("x")).weights.write_text("y")
    warnings = []
    with pytest.raises(UserError, match=r"every checkpoint of .* is damaged"):
        checkpoints.newest(warnings.append)
    assert len(warnings) == 2


def test_a_removed_checkpoint_is_gone_and_a_kill_in_between_leaves_none(checkpoints, monkeypatch):
    for step in (1, 2):
        checkpoints.add(step, writer("x"))
    newest, oldest = checkpoints.list()
    checkpoints.remove(newest)
    assert steps(checkpoints) == [1]
    monkeypatch.setattr(type(oldest.weights), "unlink", unlink_once())
    with pytest.raises(Killed):
        checkpoints.remove(oldest)
    assert steps(checkpoints) == []


def unlink_once():
    """Return a Path.unlink that works the first time; at the second call the process dies."""
    calls, real = [], Path.unlink

    def unlink(path, missing_ok=False):
        calls.append(path)
        if len(calls) > 1:
            raise Killed
        real(path)

    return unlink


def test_the_best_is_the_whole_one_of_the_smallest_value(checkpoints):
    """Values that are not known, as of checkpoints before train.best_by was set, are never the best."""
    for step, metric in ((1, {"loss": 0.5}), (2, {"loss": 0.25}), (3, {"loss": None}), (4, None)):
        checkpoints.add(step, writer(str(step)), metric=metric)
    assert checkpoints.best("loss").step == 2
    checkpoints.of_step(2).weights.write_text("damaged")
    assert checkpoints.best("loss").step == 1
    with pytest.raises(UserError, match="has no whole checkpoint with a value of accuracy"):
        checkpoints.best("accuracy")
    with pytest.raises(UserError, match=r"has no best checkpoint: its train\.best_by is null"):
        checkpoints.best(None)


def test_the_checkpoint_of_a_step(checkpoints):
    for step in (1, 20):
        checkpoints.add(step, writer(str(step)))
    assert checkpoints.of_step(20).weights.read_text() == "20"
    checkpoints.of_step(20).weights.write_text("damaged")
    for step in (20, 7):
        with pytest.raises(UserError, match=rf"has no whole checkpoint of step {step} \(steps: 1, 20\)"):
            checkpoints.of_step(step)


def test_checkpoints_that_a_run_removes_meanwhile_are_not_damaged(checkpoints):
    """Another thread stands for a run in training, which keeps one checkpoint. Nothing is damaged at any moment."""
    checkpoints.add(1, writer("1"))

    def train():
        for step in range(2, 100):
            checkpoints.add(step, writer(str(step)))
            for one in checkpoints.list()[1:]:
                checkpoints.remove(one)

    training, seen = threading.Thread(target=train), []
    training.start()
    while training.is_alive():
        seen.append(checkpoints.newest(pytest.fail).step)
    assert len(set(seen)) > 10


def test_steps_of_more_than_eight_digits_are_found_in_their_order(checkpoints):
    for step in (99_999_999, 100_000_000):
        checkpoints.add(step, writer(str(step)))
    assert steps(checkpoints) == [100_000_000, 99_999_999]
    assert checkpoints.newest().step == 100_000_000


def test_weights_that_a_kill_has_left_half_removed_are_deleted(checkpoints):
    for step in (7, 14, 21):
        checkpoints.add(step, writer("abc"))
    for step in (7, 21):
        (checkpoints.folder / f"step-{step:08d}.json").unlink()
    (checkpoints.folder / "step-mine.weights.h5").write_text("of the user")
    checkpoints.remove_unconfirmed(before=21)
    names = sorted(path.name for path in checkpoints.folder.iterdir())
    assert names == [
        "step-00000014.json",
        "step-00000014.weights.h5",
        "step-00000021.weights.h5",
        "step-mine.weights.h5",
    ]


@pytest.fixture
def as_another_user():
    """Give a context in which what has mode 0 cannot be read, which does not stop root."""

    @contextlib.contextmanager
    def as_another_user():
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(1234)
        try:
            yield
        finally:
            if is_root:
                os.seteuid(0)

    return as_another_user


@pytest.fixture
def reachable():
    """Make a run folder that every user can reach, as those of pytest are one user's."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Checkpoints(Path(folder))


@pytest.mark.parametrize("name", ["step-00000002.weights.h5", "step-00000002.json"])
def test_what_may_not_be_read_is_not_called_damaged(reachable, as_another_user, name):
    for step in (1, 2):
        reachable.add(step, writer(str(step)))
    (reachable.folder / name).chmod(0)
    said = []
    with as_another_user():
        assert reachable.newest(said.append).step == 1
        (newest,) = said
        assert re.fullmatch(
            r"checkpoint step-00000002\.weights\.h5 cannot be read \(.*Permission denied\); trying the one before it",
            newest,
        )
    (reachable.folder / "step-00000001.json").unlink()
    with as_another_user(), pytest.raises(UserError, match=r"every checkpoint of .* is damaged or cannot be read: "):
        reachable.newest()


@pytest.mark.parametrize("mode", [0, 0o444])
def test_a_folder_that_may_not_be_listed_is_not_empty(reachable, as_another_user, mode):
    reachable.add(1, writer("1"))
    reachable.folder.chmod(mode)
    expected = r"cannot read .*checkpoints: Permission denied" if mode == 0 else r"every checkpoint .* cannot be read: "
    with as_another_user(), pytest.raises(UserError, match=expected):
        reachable.newest()
    reachable.folder.chmod(0o755)


@pytest.mark.parametrize("done", range(5))
def test_a_kill_while_a_step_is_made_again_leaves_the_older_one(checkpoints, monkeypatch, done):
    """There are four renames; done: how many of them come before the kill."""
    checkpoints.add(1, writer("one"))
    checkpoints.add(2, writer("old"))
    renames, replace = [], os.replace

    def until_killed(*paths):
        if len(renames) == done:
            raise Killed
        renames.append(paths)
        replace(*paths)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", until_killed)
        patched.setattr(Checkpoints, "put_back", lambda _: None, raising=False)
        with contextlib.nullcontext() if done == 4 else pytest.raises(Killed):
            checkpoints.add(2, writer("new"), line=1)
    checkpoints.put_back()
    assert steps(checkpoints) == [2, 1]
    assert checkpoints.newest(pytest.fail).weights.read_text() == ("new" if done == 4 else "old")
    assert list(checkpoints.folder.glob(".before-*")) == []


def test_a_disk_that_is_full_while_a_step_is_made_again(checkpoints, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    checkpoints.add(2, writer("old"))
    monkeypatch.setattr(module, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoints.add(2, writer("new"))
    assert checkpoints.newest(pytest.fail).weights.read_text() == "old"
