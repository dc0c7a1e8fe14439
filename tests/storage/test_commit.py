"""The commit of the current folder, and that nothing of the repository is run to find it."""

import os
import subprocess
from pathlib import Path

import pytest

from ganae_cli.storage.commit import commit_here


def git(*words):
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    return subprocess.run(["git", *author, *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Make a git checkout of one commit the current folder; return the commit."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "--quiet", "--message=one")
    return git("rev-parse", "HEAD")


def test_the_commit_says_whether_files_were_changed(checkout, tmp_path):
    assert commit_here() == checkout
    (tmp_path / "file").write_text("two")
    assert commit_here() == f"{checkout}+"


def test_there_is_no_commit_outside_a_checkout_or_without_git(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert commit_here() is None
    monkeypatch.setenv("PATH", "")
    assert commit_here() is None


def test_a_file_that_was_only_touched_is_no_change(checkout, tmp_path):
    os.utime(tmp_path / "file", (1, 1))
    assert commit_here() == checkout
    git("update-index", "--assume-unchanged", "file")
    (tmp_path / "new").write_text("not followed")
    assert commit_here() == checkout
    (tmp_path / "sub").mkdir()
    os.chdir(tmp_path / "sub")
    assert commit_here() == checkout


@pytest.mark.parametrize("change", ["staged", "deleted", "mode"])
def test_every_kind_of_change_counts(checkout, tmp_path, change):
    file = tmp_path / "file"
    if change == "staged":
        file.write_text("two")
        git("add", "file")
    elif change == "deleted":
        file.unlink()
    else:
        file.chmod(0o755)
    assert commit_here() == f"{checkout}+"


def test_a_linked_worktree_has_a_commit_of_its_own(checkout, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("two")
    git("worktree", "add", "--quiet", "-b", "other", "tree")
    monkeypatch.chdir(tmp_path / "tree")
    assert commit_here() == checkout
    (tmp_path / "tree" / "file").write_text("three")
    git("commit", "--quiet", "--all", "--message=two")
    assert commit_here() == git("rev-parse", "HEAD") != checkout


def test_an_index_in_two_parts(checkout, tmp_path):
    git("update-index", "--split-index")
    assert list((tmp_path / ".git").glob("sharedindex.*"))
    assert commit_here() == checkout
    (tmp_path / "file").write_text("two")
    assert commit_here() == f"{checkout}+"


def test_a_repository_of_sha256(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--object-format=sha256")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "--quiet", "--message=one")
    assert commit_here() == git("rev-parse", "HEAD")
    (tmp_path / "file").write_text("two")
    assert commit_here() == git("rev-parse", "HEAD") + "+"


def test_the_repository_is_that_of_the_current_folder_whatever_the_environment_says(checkout, tmp_path, monkeypatch):
    """A hook of git, which may start a training, has such variables."""
    other = tmp_path / "other"
    git("init", "--quiet", str(other))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert commit_here() == checkout


# a stranger's repository ---------------------------------------------------------------------------------------------


@pytest.fixture
def witness(tmp_path):
    """Return a file that a program makes when it is run, and the program."""
    made, program = tmp_path / "was-run", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{made}'\ncat\n")
    program.chmod(0o755)
    return made, program


def plant(how: str, program: Path) -> None:
    """Set the repository of the current folder up so that git would run a program to find changes."""
    if how == "core.fsmonitor":
        git("config", "core.fsmonitor", str(program))
    elif how == "hook":
        program.rename(".git/hooks/post-index-change")
    elif how in ("clean", "process"):
        Path(".gitattributes").write_text("* filter=mine\n")
        git("config", f"filter.mine.{how}", str(program))
    elif how == "info/attributes":
        Path(".git/info").mkdir(exist_ok=True)
        Path(".git/info/attributes").write_text("* filter=mine diff=mine\n")
        for key in ("filter.mine.clean", "diff.mine.command", "diff.mine.textconv", "diff.external"):
            git("config", key, str(program))
    else:  # an object is missing that another repository is said to have
        git("config", "extensions.partialClone", "origin")
        git("config", "remote.origin.promisor", "true")
        git("config", "remote.origin.url", f"ext::touch {program.with_name('was-run')}")
        git("config", "protocol.ext.allow", "always")
        tree = git("rev-parse", "HEAD^{tree}")
        Path(".git/objects", tree[:2], tree[2:]).unlink()
        Path(".git/index").unlink()


@pytest.mark.parametrize("how", ["core.fsmonitor", "hook", "clean", "process", "info/attributes", "fetch"])
def test_no_program_of_the_repository_is_run(checkout, tmp_path, witness, how):
    made, program = witness
    plant(how, program)
    (tmp_path / "file").write_text("two" if how != "hook" else "one")  # as long as before: its content is compared
    assert commit_here() in (checkout, f"{checkout}+")
    assert not made.exists()
    subprocess.run(["git", "describe", "--always", "--dirty=+", "--abbrev=40"], capture_output=True, timeout=60)
    assert made.exists()  # what ganae asked before


def test_a_git_that_lies_in_the_current_folder_is_not_run(checkout, tmp_path, witness, monkeypatch):
    made, program = witness
    program.rename(tmp_path / "git")
    monkeypatch.setenv("PATH", ".")
    assert commit_here() is None
    assert not made.exists()
