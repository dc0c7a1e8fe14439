"""Shared by the tests of commands: an empty current folder, and stand-ins for the code that trains."""

import contextlib
import functools
import importlib
import io
import sys
import types

import pytest
from omegaconf import OmegaConf

from ganae_cli.command_line import multirun
from ganae_cli.runtime import import_tensorflow
from ganae_cli.sweeps import overview


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Make an empty current folder with `outputs` in it; return the folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GANAE_OUTPUTS")
    monkeypatch.setattr(sys, "argv", ["ganae"])
    return folder


class NoQueue(contextlib.nullcontext):
    """A queue that trains nothing."""

    def __init__(self, at_once=1, plugins=(), stops_on_error=False, forks=False):
        super().__init__(self)
        self.at_once, self.is_over, self.pool = at_once, False, types.SimpleNamespace(running=())

    def start(self, path):
        return False

    def wait_for_place(self):
        return []


@pytest.fixture
def core(monkeypatch):
    """Replace runs and sweeps by a stand-in: `core.calls` are the calls, `core.train` may be replaced."""

    class Core:
        calls = []

        def train(self, config, folder, plugins, *_):
            self.calls.append(("train", config, folder, plugins))
            (folder / "config.yaml").write_text(OmegaConf.to_yaml(config))
            return 0, folder

    made = Core()
    made.calls = []
    runs = types.SimpleNamespace(train=lambda *given: made.train(*given))
    sweeps = types.SimpleNamespace(
        prepare=lambda folder, jobs, swept=None: made.calls.append(("prepare", folder, jobs)),
        make=lambda folder, config, overrides: made.calls.append(("job", folder, config)),
        value=lambda folder, metric: None,
        claim=lambda folder: contextlib.nullcontext(),
    )
    monkeypatch.setitem(sys.modules, "ganae_cli.training.run", runs)
    monkeypatch.setattr(importlib.import_module("ganae_cli.training"), "run", runs, raising=False)
    monkeypatch.setattr(multirun, "jobs", sweeps)
    monkeypatch.setattr(multirun.queues, "JobQueue", NoQueue)
    monkeypatch.setattr(overview, "finish", lambda folder, settings: made.calls.append(("finish", folder)) or 1)
    monkeypatch.setattr(import_tensorflow, "import_tensorflow", lambda: None)
    return made


@pytest.fixture(scope="session")
def small_run(compose, tmp_path_factory):
    """Return a function: words of `ganae train` -> the folder of a run of three steps, which is trained once."""
    small = ["train.steps=3", "train.batch_size=16", "train.examples=64", "hardware=cpu", "hardware.jit=false"]

    @functools.cache
    def trained(*words):
        from ganae_cli.training import run as training

        path = tmp_path_factory.mktemp("small") / "run"
        with contextlib.redirect_stderr(io.StringIO()):  # the test that comes first would read it
            assert training.train(compose(*words, *small), path) == (0, path)
        return path

    return trained
