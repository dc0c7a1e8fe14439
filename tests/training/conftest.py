"""A training in this process."""

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from tests.training.small import NARROW, SMALL


@pytest.fixture
def train(compose, tmp_path):
    """Return a function that trains and returns (exit code, run folder)."""

    def trained(*words, base=(*SMALL, *NARROW)):
        code, path = training.train(compose(*base, *words), tmp_path / "run")
        return code, RunFolder(path)

    return trained
