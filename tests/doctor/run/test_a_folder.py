"""The folder itself: links, leftovers, lock."""

import json
import os
import platform
import shutil
import subprocess
import sys

from ganae_cli.doctor.run import a_folder
from ganae_cli.storage.run_folder import RunFolder
from tests.small_disk import mounted


def test_a_sound_folder(folder, seen):
    ((level, what),) = seen(a_folder.check)
    assert level == "ok"
    assert what.startswith(f"{folder.path}: ")
    assert not (folder.path / ".lock").exists()


def test_links_and_leftovers(folder, seen, tmp_path):
    (folder.path / "train.log").symlink_to(tmp_path / "elsewhere")
    for name in ("a", "b", "c", "d"):
        (folder.checkpoints.folder / f".tmp-{name}").touch()
    found = seen(a_folder.check)
    assert found[0][0] == "problem"
    assert found[0][1].startswith(f"{folder.path / 'train.log'} is a link where a file is expected")
    named = ", ".join(f"checkpoints/.tmp-{name}" for name in "abc")
    assert found[1] == ("warning", f"{named} and 1 more were left by a process that was killed")


def test_the_process_that_holds_it(folder):
    with folder.claim():
        said = f"in use by process {os.getpid()} on {platform.node()}, since "
        assert any(found.what.startswith(said) for found in a_folder.check(folder))
    assert a_folder.lock_owner(folder.path) is None


def test_a_link_that_does_no_harm_is_none(folder, seen):
    (folder.path / "notes").symlink_to("../notes")
    assert [level for level, _ in seen(a_folder.check)] == ["ok"]


def test_a_lock_that_a_killed_process_left_is_not_taken(folder, monkeypatch):
    """A `ganae resume` of the same moment was refused."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (folder.path / ".lock").write_text(json.dumps({"pid": ended.pid, "host": platform.node()}))
    taken = []
    monkeypatch.setattr(a_folder.fcntl, "flock", lambda *given: taken.append(given))
    assert a_folder.lock_owner(folder.path) is None
    assert taken == []


def test_where_nothing_can_be_written(folder):
    with mounted(folder.path.parent / "disk") as disk:
        run = RunFolder(shutil.copytree(folder.path, disk.path / "run"))
        run.write_status("interrupted")
        disk.remount("ro")
        assert [one.level for one in a_folder.check(run)] == ["warning"]
        disk.remount("rw")
        run.write_status("done")
        disk.remount("ro")
        assert [one.level for one in a_folder.check(run)] == ["ok"]


def test_a_lock_that_is_a_link_is_not_followed(folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (folder.path / ".lock").symlink_to(tmp_path / "secret")
    assert a_folder.lock_owner(folder.path) is None
