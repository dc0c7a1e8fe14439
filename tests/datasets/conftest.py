"""Files that datasets read."""

import numpy as np
import pytest


@pytest.fixture
def save_npz(tmp_path):
    """Return a function that saves arrays by name as an .npz file and returns its path as text."""

    def save(**arrays):
        np.savez(tmp_path / "x.npz", **arrays)
        return str(tmp_path / "x.npz")

    return save


@pytest.fixture
def save_npy(tmp_path):
    """Return a function that saves one array as an .npy file and returns its path as text."""

    def save(array):
        np.save(tmp_path / "x.npy", array)
        return str(tmp_path / "x.npy")

    return save
