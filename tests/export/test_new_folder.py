"""A folder is there whole or not at all, and takes the place of nothing but an older export."""

import os
import signal
import time

import pytest

from ganae_cli.errors import UserError
from ganae_cli.export import new_folder


def write(out, text="a"):
    with new_folder.replacing(out) as folder:
        (folder / "model").mkdir()
        (folder / "model" / "weights").write_text(text)
        new_folder.write_manifest(folder, {"format": "x"})


def test_it_appears_at_the_end(tmp_path):
    out = tmp_path / "new" / "export"
    with new_folder.replacing(out) as folder:
        (folder / "a").write_text("1")
        assert not out.exists()
    assert (out / "a").read_text() == "1"
    assert [path.name for path in out.parent.iterdir()] == ["export"]


def test_an_error_leaves_nothing_and_the_old_one_as_it_was(tmp_path):
    write(tmp_path / "out", "old")
    with pytest.raises(ZeroDivisionError), new_folder.replacing(tmp_path / "out") as folder:
        (folder / "a").write_text(str(1 / 0))
    assert (tmp_path / "out" / "model" / "weights").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_older_export_is_replaced_as_a_whole(tmp_path):
    write(tmp_path / "out", "old")
    with new_folder.replacing(tmp_path / "out") as folder:
        (folder / "b").write_text("new")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "out").mkdir()
    write(tmp_path / "out")
    assert (tmp_path / "out" / "model" / "weights").exists()


def change(out):
    (out / "model" / "weights").write_text("mine")


@pytest.mark.parametrize(
    ("meddle", "named"),
    [
        (lambda out: (out / "notes.txt").write_text("mine"), "'notes.txt', which"),
        (change, "'model/weights', changed since it was exported, which"),
        (lambda out: (out / "export.json").unlink(), "'model/weights', which"),
        (lambda out: (out / "export.json").write_text("[]"), "'model/weights', which"),
        (lambda out: (out / "link").symlink_to("/etc"), "'link', which"),
    ],
)
def test_anything_else_is_kept(tmp_path, meddle, named):
    write(tmp_path / "out")
    meddle(tmp_path / "out")
    before = sorted(path.name for path in (tmp_path / "out").rglob("*"))
    with pytest.raises(UserError, match=f"it holds {named} is not of an export"):
        write(tmp_path / "out", "other")
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == before


def test_files_and_links_are_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(UserError, match="a file is there"):
        new_folder.check(tmp_path / "file")
    with pytest.raises(UserError, match="a link is there"):
        new_folder.check(tmp_path / "link")


def test_the_current_folder_is_not_replaced(tmp_path, monkeypatch):
    """The shell would stand in a folder that is gone."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    for words in (".", "..", str(tmp_path)):
        with pytest.raises(UserError, match="this is where you are"):
            write(new_folder.Path(words))
    write(new_folder.Path("new"))
    assert (tmp_path / "empty" / "new" / "export.json").exists()


def test_a_killed_process_leaves_nothing_that_looks_whole(tmp_path):
    """What it has left is removed by the next one; that of a living process is not."""
    out, child = tmp_path / "out", os.fork()
    if not child:
        with new_folder.replacing(out) as folder:
            (folder / "half").write_text("x")
            time.sleep(60)
        os._exit(0)
    until = time.monotonic() + 20
    while not list(tmp_path.glob(".tmp-export-*/half")) and time.monotonic() < until:
        time.sleep(0.01)
    write(tmp_path / "other")
    assert len(list(tmp_path.glob(".tmp-export-*"))) == 1, "the folder of a living process was removed"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert not out.exists()
    write(tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other"]
