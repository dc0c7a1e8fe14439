"""Run folders that version 0.1.0 has written still sample and resume, to the same numbers.

`images`: a contractive AEGAN of convolutions with batch and spectral normalisation; `points`: BEGAN, which keeps a
number of its own. Beside each lies what version 0.1.0 sampled from it, and its weights when resumed from step 4 to 6.
They are the same today, except for the averages, whose decay is warmed up since.
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


@pytest.fixture(params=[pytest.param("images", marks=pytest.mark.slow), "points"])
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
    for steps in (5, 6):
        assert main(["resume", str(folder), f"train.steps={steps}"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == str(folder)
    saved = {name.removeprefix("weights "): value for name, value in expected.items() if name.startswith("weights ")}
    weights = {name: value for name, value in saved.items() if "average_" not in name}
    with h5py.File(folder / "checkpoints" / "step-00000006.weights.h5") as file:
        for name, value in weights.items():
            np.testing.assert_allclose(file[name.replace("|", "/")][()], value, err_msg=name, **CLOSE)
    assert len(weights) >= 50


@pytest.mark.slow
def test_averages_go_on_with_the_decays_of_their_step(old, capsys):
    """From step 4 to 6: a_5 = 5/14 a_4 + 9/14 w_5, a_6 = 6/15 a_5 + 9/15 w_6, both decays below the 0.9 of the run."""
    folder, expected = old
    averages, weights = {}, {}
    for steps in (4, 5, 6):
        if steps > 4:
            assert main(["resume", str(folder), f"train.steps={steps}"]) == 0
        kept = load(folder, checkpoint=steps, weights="live").game.averages
        averages[steps], weights[steps] = ([v.numpy() for v in vs] for vs in (kept.values, kept.variables))
    for a4, w5, w6, a6 in zip(averages[4], weights[5], weights[6], averages[6], strict=True):
        np.testing.assert_allclose(a6, (a4 * 5 / 14 + w5 * 9 / 14) * 6 / 15 + w6 * 9 / 15, rtol=1e-5, atol=1e-7)
    assert len(averages[6]) == sum("average_" in name for name in expected)
