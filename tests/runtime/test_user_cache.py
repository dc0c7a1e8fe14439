"""The folder of a cache: the user's choice, the system's convention, or none."""

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
