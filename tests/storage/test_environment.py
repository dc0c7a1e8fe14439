"""environment.json: versions, commit and command line of the process that trains."""

import subprocess
from datetime import datetime
from importlib import metadata

import pytest

from ganae_cli import __version__
from ganae_cli.storage.environment import PACKAGES, describe


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


def test_versions_and_command_line(monkeypatch):
    monkeypatch.setattr("sys.argv", ["/somewhere/ganae", "train", "seed=3"])
    found = describe(seed=3, devices=["CPU"])
    assert (found["seed"], found["devices"], found["ganae"]) == (3, ["CPU"], __version__)
    assert found["packages"] == {name: metadata.version(name) for name in PACKAGES}
    assert found["command"] == ["ganae", "train", "seed=3"]
    assert abs((datetime.now().astimezone() - datetime.fromisoformat(found["started"])).total_seconds()) < 60


def test_the_commit_says_whether_files_were_changed(checkout, tmp_path):
    assert describe()["commit"] == checkout
    (tmp_path / "file").write_text("two")
    assert describe()["commit"] == f"{checkout}+"


def test_there_is_no_commit_outside_a_checkout_or_without_git(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert describe()["commit"] is None
    monkeypatch.setenv("PATH", "")
    assert describe()["commit"] is None
