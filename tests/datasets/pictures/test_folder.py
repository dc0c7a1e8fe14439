"""The files of a folder: what counts as a picture, links and their circles, and what must not be waited for."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ganae_cli.datasets.pictures import folder
from ganae_cli.datasets.pictures.folder import TWICE, FolderTree
from ganae_cli.datasets.pictures.tree import Unreadable

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def no_waiting():
    """A pipe that is waited for ends the test, instead of stopping them all."""

    def late(*_):
        raise AssertionError("a file was waited for, or a circle was walked")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def names(tree):
    return [entry.name for entry in tree.entries]


def counted(tree):
    return {kind: count for kind, count in tree.others.items() if count}


def test_what_counts_as_a_picture(fill):
    """By its suffix in any case, or by its content; hidden files and those of systems do not; others are counted."""
    own = fill(
        {
            **{"B.PNG": b"?", "deep/er/a.jpeg": b"?", "ünï.webp": b"?", "no_suffix": PNG, "wrong.txt": PNG},
            **{".hidden.png": PNG, ".git/a.png": PNG, "__MACOSX/a.png": PNG, "Thumbs.db": b"?"},
            **{"notes.txt": b"P5 is no picture", "x.heic": b"?", "raw.NEF": b"II*\0", "Makefile": b""},
        }
    )
    tree = FolderTree(own)
    assert names(tree) == ["B.PNG", "deep/er/a.jpeg", "no_suffix", "wrong.txt", "ünï.webp"]
    assert counted(tree) == {".txt": 1, ".heic": 1, ".nef": 1, "without suffix": 1}


def test_the_names_are_the_same_inside_another_folder(fill):
    fill({"wrapped/inner/a/1.png": b"one", "wrapped/inner/b/2.png": b"two"})
    outer = FolderTree(fill({}))
    assert names(outer) == names(FolderTree(outer.path / "wrapped" / "inner")) == ["a/1.png", "b/2.png"]
    assert [outer.read(entry) for entry in outer.entries] == [b"one", b"two"]


def test_the_beginning_of_a_file_of_any_size(fill, monkeypatch):
    tree = FolderTree(fill({"a.png": b"0123456789"}))
    monkeypatch.setattr(folder, "MOST_BYTES", 9)
    assert tree.read(tree.entries[0], 4) == b"0123"
    with pytest.raises(Unreadable, match="it has more than"):
        tree.read(tree.entries[0])


def test_links_are_followed_and_lead_in_no_circle(fill, tmp_path):
    own, outside = fill({"real/a.png": b"a"}), fill({"b.png": b"b"}, "outside")
    (own / "link").symlink_to(outside)  # out of the tree
    (own / "real" / "up").symlink_to(own)
    (own / "again").symlink_to(own / "real")  # sorts before the real one
    (own / "round").symlink_to(own / "round")
    (own / "c.png").symlink_to(outside / "b.png")
    tree = FolderTree(own)
    assert names(tree) == ["c.png", "link/b.png", "real/a.png"]
    assert counted(tree) == {TWICE: 2, "without suffix": 1}


def test_what_is_no_file_is_not_waited_for(fill):
    own = fill({"a.png": b"a", "folder.png/b.png": b"b"})
    os.mkfifo(own / "pipe.png")
    os.mkfifo(own / "pipe")
    (own / "nothing.png").symlink_to(own / "nowhere")
    (own / "itself.png").symlink_to(own / "itself.png")
    tree = FolderTree(own)
    assert names(tree) == ["a.png", "folder.png/b.png", "itself.png", "nothing.png", "pipe.png"]
    said = {}
    for entry in tree.entries:
        try:
            tree.read(entry)
        except Unreadable as error:
            said[entry.name] = str(error)
    assert said == {
        "itself.png": "too many levels of symbolic links",
        "nothing.png": "no such file or directory",
        "pipe.png": "it is a pipe, a socket or a device, not a file",
    }


def test_a_file_that_becomes_a_pipe_is_not_waited_for(fill):
    own = fill({"a.png": b"a"})
    tree = FolderTree(own)
    (own / "a.png").unlink()
    os.mkfifo(own / "a.png")
    with pytest.raises(Unreadable, match="it is no file"):
        tree.read(tree.entries[0])


def test_a_file_that_is_too_large_is_refused(fill, monkeypatch):
    tree = FolderTree(fill({"a.png": b"12345", "b.png": b"123456"}))
    monkeypatch.setattr("ganae_cli.datasets.pictures.folder.MOST_BYTES", 5)
    assert tree.read(tree.entries[0]) == b"12345"
    with pytest.raises(Unreadable, match="more than 0 MB"):
        tree.read(tree.entries[1])


def test_names_that_are_no_text_and_very_long_ones(fill):
    own = fill({"a\n\x1b[2J.png": b"1", "n" * 250 + ".png": b"2"})
    with open(os.fsencode(own) + b"/\xff.png", "wb") as file:
        file.write(b"3")
    tree = FolderTree(own)
    assert [tree.read(entry) for entry in tree.entries] == [b"1", b"2", b"3"]


STRANGER = """
import os, sys
from pathlib import Path
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.tree import Unreadable
os.seteuid(os.geteuid() or 65534)  # root may read everything; this user owns nothing
tree = FolderTree(Path(sys.argv[1]))
for entry in tree.entries:
    try:
        print(entry.name, len(tree.read(entry)))
    except Unreadable as error:
        print(entry.name, error)
"""


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="no permissions of this kind here")
def test_files_and_folders_without_read_permission():
    with tempfile.TemporaryDirectory() as place:  # folders of pytest are closed to others
        root = Path(place)
        root.chmod(0o755)
        for name in ("1.png", "2.png", "closed/3.png"):
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_bytes(PNG)
        (root / "2.png").chmod(0)
        (root / "closed").chmod(0)
        try:
            said = subprocess.run([sys.executable, "-c", STRANGER, place], capture_output=True, text=True, check=True)
        finally:
            (root / "closed").chmod(0o700)
    assert said.stdout.splitlines() == ["1.png 8", "2.png permission denied", "closed folder: permission denied"]
