"""Shared by the tests of features: an empty cache, and files in it that are damaged."""

import numpy as np
import pytest

from ganae_cli.features.kept_arrays import CLASSIFIERS, REFERENCES


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder of an empty cache, of classifiers and of features; nobody has made it yet."""
    for kept in (CLASSIFIERS, REFERENCES):
        monkeypatch.setenv(kept.variable, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def damage(folder):
    """`damage(change)` puts change(arrays) in the place of the only file of the cache, or tears it, if there is none.

    It returns the path and the content before.
    """

    def damaged(change=None):
        (path,) = folder.iterdir()
        content = path.read_bytes()
        if change is None:
            path.write_bytes(content[:-100])
        else:
            with np.load(path) as file:
                arrays = dict(file)
            np.savez(path, **change(arrays))
        return path, content

    return damaged
