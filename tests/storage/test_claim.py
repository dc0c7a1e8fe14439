"""One process holds a folder; what others are told; what is left behind; and a folder that goes away."""

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import claim as claims
from ganae_cli.storage.claim import FolderGone, take

HOLDS = """
import sys
from pathlib import Path
from ganae_cli.storage.claim import take
with take(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
RACES = """
import sys
from pathlib import Path
from ganae_cli.errors import UserError
from ganae_cli.storage.claim import take
folder = Path(sys.argv[1])
for _ in range(int(sys.argv[2])):
    try:
        with take(folder):
            mark = folder / "mark"
            mark.touch(exist_ok=False)  # fails if another process is here, too
            mark.unlink()
            print("held", flush=True)
    except UserError as error:
        assert "is in use by" in str(error), error
"""


@pytest.fixture
def holder(tmp_path):
    """Give a process that holds the folder `run`."""
    words = [sys.executable, "-c", HOLDS, str(tmp_path / "run"), "a word"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.communicate("")


def test_another_process_is_refused_and_told_who_it_is(tmp_path, holder):
    with pytest.raises(UserError, match=rf"run is in use by process {holder.pid} on .*, since 2.*: -c .*'a word'$"):
        take(tmp_path / "run")


def test_a_process_that_was_killed_holds_nothing(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert f'"pid": {holder.pid},' in (tmp_path / "run" / ".lock").read_text()
    with take(tmp_path / "run"):
        assert f'"pid": {os.getpid()},' in (tmp_path / "run" / ".lock").read_text()


def test_nothing_is_left_of_a_folder_that_was_not_used(tmp_path):
    with take(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b" / ".lock").is_file()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").mkdir()
    take(tmp_path / "a").release()
    assert list((tmp_path / "a").iterdir()) == []
    with take(tmp_path / "a" / "b"):
        (tmp_path / "a" / "b" / "config.yaml").touch()
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["config.yaml"]


def test_many_that_make_and_remove_the_folder_never_meet_in_it(tmp_path):
    """Each removes the lock file and the folder when it gives them back, just when another one opens them."""
    words = [sys.executable, "-c", RACES, str(tmp_path / "new" / "run"), "300"]
    racing = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate(timeout=200) for process in racing]
    assert [process.returncode for process in racing] == [0] * 4, said
    assert sum(out.count("held") for out, _ in said) >= 300
    assert list((tmp_path / "new").glob("*/*")) == []


def test_a_lock_that_is_removed_just_before_it_is_locked_is_none(tmp_path, monkeypatch):
    """Its holder gives the folder back between the opening of the file and its locking by another process."""
    holder, lock = take(tmp_path / "run"), fcntl.flock

    def flock(*given):
        holder.release()
        lock(*given)

    monkeypatch.setattr(fcntl, "flock", flock)
    with take(tmp_path / "run"), pytest.raises(UserError, match="is in use by"):
        take(tmp_path / "run")


@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder"])
def test_what_lies_in_the_place_of_the_lock_is_not_opened(tmp_path, kind):
    mine, lock = tmp_path / "mine", tmp_path / "run" / ".lock"
    lock.parent.mkdir()
    if kind != "dangling":
        mine.write_text("mine")
    {
        "link": lambda: lock.symlink_to(mine),
        "dangling": lambda: lock.symlink_to(mine),
        "pipe": lambda: os.mkfifo(lock),
        "folder": lock.mkdir,
    }[kind]()
    with pytest.raises(UserError, match=r"run/\.lock"):
        take(tmp_path / "run")
    assert mine.read_text() == "mine" if kind != "dangling" else not mine.exists()


def test_a_copy_of_hard_links_is_in_use_with_the_run_and_free_after_it(tmp_path, holder):
    """As made by `cp -al`: the lock of the copy is that of the run, which goes on undisturbed."""
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / ".lock").hardlink_to(tmp_path / "run" / ".lock")
    with pytest.raises(UserError, match=rf"copy is in use by process {holder.pid} on "):
        take(tmp_path / "copy")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    old = (tmp_path / "run" / ".lock").read_text()
    with take(tmp_path / "copy"):
        assert f'"pid": {os.getpid()},' in (tmp_path / "copy" / ".lock").read_text()
        assert (tmp_path / "run" / ".lock").read_text() == old
        with take(tmp_path / "run"):
            pass


def test_a_lock_that_is_a_file_of_the_users_by_another_name_is_not_written_to(tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".lock").hardlink_to(tmp_path / "mine")
    with take(tmp_path / "run"):
        assert (tmp_path / "run" / ".lock").read_text() != "mine"
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_place_where_no_folder_can_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot make the folder .*file/run: .*file is a file; choose another"):
        take(tmp_path / "file" / "run")


# a folder that goes away ---------------------------------------------------------------------------------------------


def gone(path, how):
    {
        "deleted": lambda: shutil.rmtree(path),
        "moved": lambda: path.rename(path.with_name("elsewhere")),
        "replaced": lambda: (shutil.rmtree(path), path.mkdir()),
    }[how]()


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_a_folder_that_goes_away_is_noticed_and_not_made_again(tmp_path, how):
    with take(tmp_path / "run") as claim:
        (tmp_path / "run" / "config.yaml").touch()
        claim.check()
        (tmp_path / "keeps-the-inode").mkdir()
        gone(tmp_path / "run", how)
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(FolderGone, match=r"run was deleted or moved while the run trained"):
            claim.check()
    assert sorted(tmp_path.rglob("*")) == before


def test_a_lock_that_was_deleted_is_made_again_unless_somebody_else_was_faster(tmp_path):
    with take(tmp_path / "run") as claim:
        (tmp_path / "run" / ".lock").unlink()
        claim.check()
        with pytest.raises(UserError, match=rf"in use by process {os.getpid()} "):
            take(tmp_path / "run")
        (tmp_path / "run" / ".lock").unlink()
        with take(tmp_path / "run"), pytest.raises(FolderGone, match=r"\.lock was deleted .*, and .* is in use by"):
            claim.check()


# a file system without locks -----------------------------------------------------------------------------------------


@pytest.fixture
def without_locks(monkeypatch):
    """There is none of these here to be tried, so `flock` fails as it does there."""

    def fails(*given):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", fails)
    monkeypatch.setattr(claims.owner, "_PATIENCE", 0.05)


def test_without_locks_the_file_is_the_claim(tmp_path, without_locks):
    with (
        take(tmp_path / "run"),
        pytest.raises(UserError, match=r"in use by process .*; if it is gone, delete .*\.lock"),
    ):
        take(tmp_path / "run")
    take(tmp_path / "run").release()


def test_without_locks_a_killed_process_of_this_machine_is_recognised(tmp_path, holder, without_locks):
    with pytest.raises(UserError, match=rf"in use by process {holder.pid} "):
        take(tmp_path / "run")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with take(tmp_path / "run"):
        assert f'"pid": {os.getpid()},' in (tmp_path / "run" / ".lock").read_text()
