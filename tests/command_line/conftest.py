"""Shared by the tests of the command line: an app for the words of `ganae train`, flags of a run, and a run."""

import logging

import pytest
from omegaconf import OmegaConf

from ganae_cli.command_line import request, run_options
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


@pytest.fixture
def flags():
    """Return the parser of a command on a run, with all flags that such commands share."""
    options = run_options.of_run("look", "Look at a run", {})
    run_options.add_input(options, "look at")
    run_options.add_seed(options)
    run_options.add_label(options)
    run_options.add_sampler(options)
    run_options.add_weights(options)
    run_options.add_scale(options)
    run_options.add_plugins(options)
    return options


@pytest.fixture
def run(tmp_path, compose):
    """Return the folder of a run that has a config and no checkpoint."""
    folder = tmp_path / "outputs" / "train" / "2026-01-31" / "12-00-00-c0de"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(OmegaConf.to_yaml(compose("model=gan")))
    return folder
