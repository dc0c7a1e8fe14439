"""A run folder as an earlier version has written it."""

import shutil
from pathlib import Path

import pytest

from ganae_cli.storage.run_folder import RunFolder

WRITTEN = Path(__file__).parents[2] / "storage" / "run_folders_0_2_0" / "alae"


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    return RunFolder(shutil.copytree(WRITTEN, tmp_path / "run"))


@pytest.fixture
def seen(folder):
    """`seen(check)` -> (level, what) of its findings, and nothing of the folder has changed."""

    def content() -> dict:
        paths = [path for path in folder.path.rglob("*") if path.is_file() and not path.is_symlink()]
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}

    def seen(check):
        before = content()
        found = [(one.level, one.what) for one in check(folder)]
        assert content() == before
        return found

    return seen
