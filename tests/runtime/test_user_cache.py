"""The folder of a cache: the user's choice, the system's convention, or none."""

import os
from pathlib import Path

import pytest

from ganae_cli.runtime import user_cache


@pytest.fixture
def set_variable(monkeypatch):
    def set_variable(value):
        monkeypatch.setenv("GANAE_TRIED_CACHE", value)

    return set_variable


def test_the_users_choice(set_variable, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    set_variable("kept")
    assert user_cache.folder("GANAE_TRIED_CACHE", "tried") == tmp_path / "kept"
    set_variable("off")
    assert user_cache.folder("GANAE_TRIED_CACHE", "tried") is None


def test_the_systems_convention(monkeypatch, tmp_path):
    monkeypatch.setattr(user_cache.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache.folder("GANAE_TRIED_CACHE", "tried") == tmp_path / "ganae" / "tried"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert user_cache.folder("GANAE_TRIED_CACHE", "tried") == tmp_path / "home" / ".cache" / "ganae" / "tried"
    monkeypatch.setattr(user_cache.sys, "platform", "darwin")
    assert user_cache.folder("GANAE_TRIED_CACHE", "tried") == tmp_path / "home/Library/Caches/ganae/tried"


def test_none_without_a_home_folder(monkeypatch):
    def no_home(cls):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", classmethod(no_home))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert user_cache.folder("GANAE_TRIED_CACHE", "tried") is None


def test_a_folder_is_made_for_the_user_alone(tmp_path):
    before = os.umask(0o002)
    try:
        assert user_cache.made(tmp_path / "ganae" / "tried") is None
    finally:
        os.umask(before)
    assert (tmp_path / "ganae" / "tried").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "ganae" / "tried").iterdir()) == []


def test_a_place_that_others_write_to_is_not_trusted(tmp_path):
    tmp_path.chmod(0o750)
    (tmp_path / "link").symlink_to(tmp_path)
    assert user_cache.made(tmp_path / "link") is None
    tmp_path.chmod(0o770)
    assert user_cache.made(tmp_path) == f"others can write to {tmp_path} (`chmod go-w` it)"
    assert user_cache.made(tmp_path / "link") == f"others can write to {tmp_path / 'link'} (`chmod go-w` it)"


@pytest.mark.parametrize("through", ["itself", "a link", "a link above"])
def test_a_folder_that_others_can_swap_is_not_trusted(tmp_path, through):
    """Whoever can write to the folder above can rename this one and put compiled programs of their own there."""
    shared, kept = tmp_path / "shared", tmp_path / "shared" / "ganae" / "xla"
    kept.mkdir(parents=True)
    (tmp_path / "link").symlink_to(kept)
    (tmp_path / "above").symlink_to(shared)
    named = {"itself": kept, "a link": tmp_path / "link", "a link above": tmp_path / "above" / "ganae" / "xla"}[through]
    assert user_cache.made(named) is None
    shared.chmod(0o777)
    assert user_cache.made(named) == f"others can write to {shared} (`chmod go-w` it)"
    shared.chmod(0o1777)  # as /tmp: nobody renames what is another's
    assert user_cache.made(named) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_folder_below_another_users_is_not_trusted(tmp_path):
    (tmp_path / "theirs" / "xla").mkdir(parents=True)
    (tmp_path / "theirs" / "link").symlink_to(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "theirs" / "link" / "mine")
    (tmp_path / "mine").mkdir()
    os.chown(tmp_path / "theirs", 1234, -1)
    expected = f"{tmp_path / 'theirs'} belongs to another user, who can replace what is below it"
    assert user_cache.made(tmp_path / "theirs" / "xla") == expected
    assert user_cache.made(tmp_path / "link") == expected


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_not_trusted(tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "file").touch()
    assert user_cache.is_own_file(tmp_path / "file")
    os.chown(tmp_path / "file", 1234, -1)
    assert not user_cache.is_own_file(tmp_path / "file")
    os.chown(tmp_path / "link", 1234, -1, follow_symlinks=False)  # who owns the link decides where it leads to
    assert user_cache.distrust(tmp_path / "link") == f"{tmp_path / 'link'} belongs to another user"
    os.chown(tmp_path, 1234, -1)
    assert user_cache.made(tmp_path) == f"{tmp_path} belongs to another user"
