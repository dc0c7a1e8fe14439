"""Pictures as an array that is decoded when it is asked for."""

import numpy as np
import pytest

from ganae_cli.datasets.pictures import source as module
from ganae_cli.datasets.pictures.decode import Wanted
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.source import Pictures
from ganae_cli.datasets.rows import Rows
from ganae_cli.errors import UserError


@pytest.fixture
def pictures(fill, encode):
    """Return 30 grey pictures 2x3, each of one value: 0, 1, …"""
    tree = FolderTree(fill({f"{i:02d}.png": encode(np.full((2, 3), i)) for i in range(30)}))
    return Pictures(tree, tree.entries, Wanted((2, 3), "crop", 1))


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_any_rows_in_any_order(pictures, monkeypatch, threads):
    monkeypatch.setattr(module, "threads", lambda: threads)
    assert (pictures.shape, pictures.nbytes, len(pictures)) == ((30, 2, 3, 1), 180, 30)
    for which in (slice(3, 20), slice(0, 0), slice(None), np.array([5, 5, 29, 0]), np.arange(30)[::-1], [-1]):
        found = pictures[which]
        assert (found == np.arange(30)[which][:, None, None, None]).all()
        assert found.dtype == np.uint8


def test_rows_of_it(pictures):
    rows = Rows(pictures, index=np.arange(29, -1, -3))
    assert np.asarray(rows)[:, 0, 0, 0].tolist() == list(range(29, -1, -3))


def test_a_file_that_goes_away_is_named(pictures):
    (pictures.tree.path / "07.png").unlink()
    for which in ([7], slice(None)):
        with pytest.raises(UserError, match=r"07\.png cannot be read: no such file"):
            pictures[which]
    assert pictures[[6]].max() == 6
