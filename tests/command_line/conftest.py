"""Shared by the tests of the command line: an app for the words of `ganae train`, in an empty folder."""

import logging

import pytest

from ganae_cli.command_line import request
from ganae_cli.command_line.hydra_app import HydraApp, environment


@pytest.fixture
def app(tmp_path, monkeypatch):
    """`app("model=gan", …)` -> the Hydra application of `ganae train model=gan …`; the current folder is empty."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GANAE_OUTPUTS")
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    with environment(GANAE_STAMP="2026-01-31/12-00-00-c0de"):
        yield lambda *words, folders=(): HydraApp("train", request.parse(list(words)), list(folders))
    root.handlers, root.level = before, level  # Hydra's --info leaves a handler
