"""Trees of sounds."""

import pytest

from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.sounds.kinds import SOUNDS


@pytest.fixture
def tree(tmp_path):
    """Return a function that returns the tree of the sounds in `own`."""
    return lambda: FolderTree(tmp_path / "own", SOUNDS)
