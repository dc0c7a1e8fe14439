"""A run folder that version 0.2.0 has written, whose model then had an optimizer more, still samples and resumes."""

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from ganae_cli import load
from ganae_cli.cli import main

SAMPLED_Z = [[-0.64053905, -0.6466441], [-0.23213825, 0.35385075]]  # by version 0.2.0, with seed 3
SAMPLED = [[0.4655816, -0.09643893], [0.70805705, 0.01467731]]

FOLDER = Path(__file__).parent / "run_folders_0_2_0" / "alae"


@pytest.fixture
def old(tmp_path):
    """Return a copy of ALAE's run folder, at step 4 of 12."""
    return Path(shutil.copytree(FOLDER, tmp_path / "run"))


def test_it_samples(old):
    made, z = load(old).sample_with_codes(2, seed=3)
    np.testing.assert_allclose(z, SAMPLED_Z, rtol=1e-4)
    np.testing.assert_allclose(made, SAMPLED, rtol=1e-4)


def test_it_resumes_with_a_word_about_its_optimizers(old, capsys):
    """The two that are left go on with their moments, and count the moves of the reciprocity step, as schedules do."""
    assert main(["resume", str(old)]) == 0
    said = capsys.readouterr().err
    assert "player autoencoder had an optimizer of its own before and moves its networks with those of" in said
    with h5py.File(old / "checkpoints" / "step-00000012.weights.h5") as file:
        assert list(file["optimizers"]) == ["adam", "adam_1"]
        assert [int(file["optimizers"][name]["vars"]["0"][()]) for name in ("adam", "adam_1")] == [24, 24]
    assert main(["resume", str(old), "train.steps=13"]) == 0
    assert "optimizer of its own" not in capsys.readouterr().err
