"""The cache of compiled programs: read back they are the same; a damaged file ends a run with a message."""

import json
import os
import subprocess
import sys

import pytest

from ganae_cli.runtime import xla_cache
from ganae_cli.storage.run_folder import RunFolder

WORDS = ("model=gan", "train.steps=4", "train.batch_size=16", "train.log_every=2", "hardware.threads=1")


@pytest.fixture
def train(tmp_path):
    def train(name: str):
        command = [sys.executable, "-m", "ganae_cli", "train", *WORDS, f"hydra.run.dir={tmp_path / name}"]
        environ = {**os.environ, "GANAE_XLA_CACHE": str(tmp_path / "cache")}
        run = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300)
        return run, RunFolder(tmp_path / name)

    return train


def digest(folder: RunFolder) -> list[str]:
    """Return the history without its columns of time."""
    return [json.dumps({k: v for k, v in row.items() if "second" not in k}) for row in folder.history.read()]


def test_a_program_is_written_once_and_read_back(train, tmp_path):
    first, one = train("one")
    assert first.returncode == 0, first.stderr
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.pb")}
    assert kept
    second, other = train("other")
    assert second.returncode == 0, second.stderr
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.pb")} == kept
    assert digest(one) == digest(other)
    for path in kept:  # cut short, as by a full disk
        path.write_bytes(path.read_bytes()[:1000])
    third, folder = train("third")
    assert third.returncode == 1
    assert "thrown away: try again" in third.stderr
    assert folder.status()["state"] == "failed"
    assert train("fourth")[0].returncode == 0


def test_different_machines_have_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_XLA_CACHE", str(tmp_path))
    folders = set()
    for threads, flags in ((1, ""), (2, ""), (1, "--xla_cpu_prefer_vector_width=256")):
        monkeypatch.setenv("TF_XLA_FLAGS", "")
        monkeypatch.setenv("XLA_FLAGS", flags)
        folders.add(xla_cache.keep_programs(threads))
    assert len(folders) == 3
    assert all(folder.parent == tmp_path for folder in folders)
    monkeypatch.setenv(
        "HOME", str(tmp_path)
    )  # as a shell does not, where the variable is set in quotes or by a service
    monkeypatch.setenv("GANAE_XLA_CACHE", "~/programs")
    monkeypatch.setenv("TF_XLA_FLAGS", "")
    assert xla_cache.keep_programs(1).parent == tmp_path / "programs"


@pytest.mark.parametrize("given", ["off", "with a space"])
def test_no_cache_where_it_is_off_or_cannot_be(tmp_path, monkeypatch, given):
    monkeypatch.setenv("GANAE_XLA_CACHE", given)
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_clustering_debug")
    assert xla_cache.keep_programs(1) is None
    assert os.environ["TF_XLA_FLAGS"] == "--tf_xla_clustering_debug"
    assert not xla_cache.forget()


def test_no_cache_without_a_home_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("GANAE_XLA_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("TF_XLA_FLAGS", "")
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file"))  # below a file no folder can be made
    assert xla_cache.keep_programs(1) is None
    assert os.environ["TF_XLA_FLAGS"] == ""


def test_the_oldest_programs_are_deleted_first(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_XLA_CACHE", str(tmp_path))
    monkeypatch.setenv("TF_XLA_FLAGS", "")
    monkeypatch.setattr(xla_cache, "MOST_BYTES", 25)
    (tmp_path / "machine").mkdir()
    for age, name in enumerate("dcba"):
        path = tmp_path / "machine" / f"{name}.pb"
        path.write_bytes(bytes(10))
        os.utime(path, (1000 - age, 1000 - age))
    xla_cache.keep_programs(1)
    assert {path.name for path in tmp_path.rglob("*.pb")} == {"d.pb", "c.pb"}
