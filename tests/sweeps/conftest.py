"""Shared by the tests of sweeps: a sweep of two jobs, without training any."""

import pytest
from omegaconf import OmegaConf

from ganae_cli.runtime import messages
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs

CONFIG = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}})
JOBS = [["model=gan", "+seed=1"], ["model=gan", "+seed=2"]]


@pytest.fixture
def quiet():
    """Show warnings and errors alone."""
    messages.begin([messages.QUIET])
    yield
    messages.end()


@pytest.fixture
def sweep(tmp_path):
    """Two jobs: one done, with two rows of history, one failed."""
    folder = tmp_path / "sweep"
    jobs.prepare(folder, [(words, CONFIG) for words in JOBS])
    first, second = RunFolder(folder / "0"), RunFolder(folder / "1")
    for step, value in ((5, 0.5), (9, 0.25)):
        first.history.append({"step": step, "seconds": 1.0, "images_per_second": 2.0, "generator.fool": value})
    first.write_status("done", step=9, seconds=12.5, metrics={"parameters": 100})
    second.write_status("failed", step=3, error="broke")
    return folder
