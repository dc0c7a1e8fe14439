"""Files that are replaced whole, whenever the process dies."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ganae_cli.storage.atomic import (
    append,
    make_folder,
    open_plain,
    remove_leftovers,
    replacing,
    write_atomically,
)

DIES = """
import os, sys
from pathlib import Path
from ganae_cli.storage.atomic import replacing
with replacing(Path(sys.argv[1])) as temporary:
    temporary.write_text("ne")
    os._exit(9)
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_new_text_takes_the_place_of_the_old(tmp_path):
    path = tmp_path / "status.json"
    write_atomically(path, "old")
    write_atomically(path, "né")
    assert path.read_bytes() == "né".encode()
    assert names(tmp_path) == ["status.json"]


def test_a_process_that_dies_while_writing_leaves_the_old_text(tmp_path):
    path = tmp_path / "status.json"
    write_atomically(path, "old")
    assert subprocess.run([sys.executable, "-c", DIES, str(path)]).returncode == 9
    assert path.read_text() == "old"
    write_atomically(path, "new")  # what the dead process left is not in the way
    assert path.read_text() == "new"
    remove_leftovers(tmp_path)
    assert names(tmp_path) == ["status.json"]


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    """The error is that of a full disk."""
    path = tmp_path / "sampler.npz"
    path.write_text("old")

    def write():
        with replacing(path) as temporary:
            temporary.write_text("ne")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["sampler.npz"]


def test_the_temporary_path_keeps_the_suffix(tmp_path):
    """numpy.savez adds .npz to a path without it, and Keras refuses weights files of another suffix."""
    with replacing(tmp_path / "step-00000001.weights.h5") as temporary:
        assert temporary.name.endswith(".weights.h5")
        assert temporary.parent == tmp_path
        temporary.touch()


# what lies in wait in a folder that came from a stranger -------------------------------------------------------------


def test_a_link_is_replaced_and_what_it_points_to_stays(tmp_path):
    mine, path = tmp_path / "mine", tmp_path / "config.yaml"
    mine.write_text("mine")
    path.symlink_to(mine)
    (tmp_path / ".tmp-config.yaml").symlink_to(mine)  # the name of the temporary file, before it could not be guessed
    write_atomically(path, "theirs")
    assert (mine.read_text(), path.read_text(), path.is_symlink()) == ("mine", "theirs", False)


def test_the_name_of_a_temporary_file_is_another_each_time_and_its_file_is_new(tmp_path):
    seen = set()
    for _ in range(3):
        with replacing(tmp_path / "status.json") as temporary:
            seen.add(temporary.name)
            assert temporary.read_bytes() == b""
    assert len(seen) == 3
    assert all(len(name) > len(".tmp-.json") + 12 for name in seen)


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY | os.O_APPEND | os.O_CREAT, os.O_RDWR])
@pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "device", "folder"])
def test_what_is_no_plain_file_is_not_opened(tmp_path, kind, flags):
    """And not waited for: to open a pipe takes for ever if nobody is at its other end."""
    path, mine = tmp_path / "history.csv", tmp_path / "mine"
    if kind == "link":
        mine.write_text("mine")
    {
        "link": lambda: path.symlink_to(mine),
        "dangling": lambda: path.symlink_to(mine),
        "pipe": lambda: os.mkfifo(path),
        "device": lambda: path.symlink_to("/dev/null"),
        "folder": path.mkdir,
    }[kind]()
    with pytest.raises(OSError, match=r"history\.csv") as error:
        os.close(open_plain(path, flags))
    assert error.value.filename == str(path)
    assert names(tmp_path) == (["history.csv", "mine"] if kind == "link" else ["history.csv"])


def test_lines_are_added_to_the_end(tmp_path):
    append(tmp_path / "history.csv", "step\n")
    append(tmp_path / "history.csv", "10 é\n")
    assert (tmp_path / "history.csv").read_bytes() == "step\n10 é\n".encode()


def test_a_line_is_added_to_no_other_name_of_the_file(tmp_path):
    """An archive may hold a hard link to a file that is there already; `cp -al` makes a backup of them."""
    mine, path = tmp_path / ".bashrc", tmp_path / "history.csv"
    mine.write_text("mine\n")
    path.hardlink_to(mine)
    append(path, "theirs\n")
    assert (mine.read_text(), path.read_text()) == ("mine\n", "mine\ntheirs\n")


# modes, folders and errors -------------------------------------------------------------------------------------------


def mode(path):
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.parametrize(("umask", "file", "folder"), [(0, 0o644, 0o755), (0o002, 0o644, 0o755), (0o077, 0o600, 0o700)])
def test_nothing_is_open_to_the_writing_of_others(tmp_path, umask, file, folder):
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "config.yaml", "x")
        append(tmp_path / "history.csv", "x")
        make_folder(tmp_path / "a" / "b", parents=True)
    finally:
        os.umask(before)
    assert {mode(tmp_path / name) for name in ("config.yaml", "history.csv")} == {oct(file)}
    assert {mode(tmp_path / name) for name in ("a", "a/b")} == {oct(folder)}


def test_a_file_that_was_secret_stays_so(tmp_path):
    write_atomically(tmp_path / "config.yaml", "x")
    (tmp_path / "config.yaml").chmod(0o600)
    write_atomically(tmp_path / "config.yaml", "y")
    assert mode(tmp_path / "config.yaml") == "0o600"


def test_a_folder_that_is_gone_is_not_made_again(tmp_path):
    gone = tmp_path / "run"
    for write in (
        lambda: write_atomically(gone / "status.json", "x"),
        lambda: append(gone / "status.json", "x"),
        lambda: make_folder(gone / "status.json"),
    ):
        with pytest.raises(FileNotFoundError) as error:
            write()
        assert error.value.filename == str(gone / "status.json")
    assert names(tmp_path) == []


def test_a_folder_that_another_process_removes_at_this_moment_is_made(tmp_path, monkeypatch):
    """It was there for `mkdir`, and is not any more when it is looked at."""
    make, calls = Path.mkdir, []

    def mkdir(path, **given):
        calls.append(path)
        if len(calls) < 3:
            raise FileExistsError(17, "File exists", str(path))
        make(path, **given)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    assert make_folder(tmp_path / "run") == [tmp_path / "run"]
    assert (tmp_path / "run").is_dir()
    assert make_folder(tmp_path / "run") == []
    for name in ("file", "link"):
        (tmp_path / "file").touch() if name == "file" else (tmp_path / "link").symlink_to("nothing")
        with pytest.raises(FileExistsError):
            make_folder(tmp_path / name)


def test_the_folders_that_were_made_are_told(tmp_path):
    (tmp_path / "a").mkdir()
    assert make_folder(tmp_path / "a" / "b" / "c", parents=True) == [tmp_path / "a" / "b" / "c", tmp_path / "a" / "b"]
    assert make_folder(tmp_path / "a" / "b" / "c", parents=True) == []
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "file")


def test_on_a_full_disk_nothing_is_half_written(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        append(disk / "history.csv", "step\n")
        write_atomically(disk / "status.json", "old")
        (disk / "fill").write_bytes(bytes(50_000))
        for write, name in (
            (lambda: append(disk / "history.csv", "9" * 60_000), "history.csv"),
            (lambda: write_atomically(disk / "status.json", "9" * 60_000), "status.json"),
        ):
            with pytest.raises(OSError, match="No space left on device") as error:
                write()
            assert error.value.filename == str(disk / name)
        assert (disk / "history.csv").read_text() == "step\n"
        assert (disk / "status.json").read_text() == "old"
        assert names(disk) == ["fill", "history.csv", "status.json"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)
