"""The recorder, as a plugin that the processes of trackers find, too."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def recorder(tmp_path, monkeypatch):
    """Return the file that the recorder writes to."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return tmp_path / "told.jsonl"
