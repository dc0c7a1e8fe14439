"""The recorder, as a plugin that the processes of trackers find, too."""

import os
import sys
from pathlib import Path

import pytest

from ganae_cli import registry
from tests.trackers.recorder import PLUGIN

ROOT = Path(__file__).parents[2]


@pytest.fixture
def recorder(tmp_path, monkeypatch):
    """Return the file that the recorder writes to. Afterwards nobody knows of it any more."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    yield tmp_path / "told.jsonl"
    sys.modules.pop(PLUGIN, None)
    registry._PARTS.get("tracker", {}).pop("recorder", None)
