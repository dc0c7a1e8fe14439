"""Run folders that version 0.1.0 has written still sample and resume, to the same numbers.

`images`: a contractive AEGAN of convolutions with batch and spectral normalisation; `points`: BEGAN, which keeps a
number of its own. Beside each lies what version 0.1.0 sampled from it, and its weights when resumed from step 4 to 6.
"""

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from ganae_cli import load
from ganae_cli.cli import main

FOLDERS = Path(__file__).parent / "run_folders_0_1_0"
CLOSE = {"rtol": 1e-4, "atol": 1e-5}  # another processor sums in another order


@pytest.fixture(params=["images", "points"])
def old(request, tmp_path):
    """Return a copy of a run folder, and the arrays that belong to it."""
    shutil.copytree(FOLDERS / request.param, tmp_path / "run")
    with np.load(FOLDERS / f"{request.param}-expected.npz") as file:
        return tmp_path / "run", dict(file)


def test_it_samples(old):
    folder, expected = old
    made, z = load(folder).sample_with_codes(8, seed=3)
    np.testing.assert_allclose(z, expected["sample_z"], **CLOSE)
    if "sample_images" in expected:
        assert np.abs(made.astype(int) - expected["sample_images"].astype(int)).max() <= 1  # rounding to uint8
    else:
        np.testing.assert_allclose(made, expected["sample_points"], **CLOSE)


def test_it_resumes(old, capsys):
    folder, expected = old
    assert main(["resume", str(folder), "train.steps=6"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(folder)
    weights = {name.removeprefix("weights "): value for name, value in expected.items() if name.startswith("weights ")}
    with h5py.File(folder / "checkpoints" / "step-00000006.weights.h5") as file:
        for name, value in weights.items():
            np.testing.assert_allclose(file[name.replace("|", "/")][()], value, err_msg=name, **CLOSE)
    assert len(weights) > 50
