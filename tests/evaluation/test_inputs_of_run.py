"""What a run's folder says of its inputs, and rows by name, before TensorFlow is there."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation import inputs_of_run

ARCHITECTURE = {"model": {"name": "vae", "z_dim": 2}, "networks": {}, "terms": "", "optimizer": {}, "hardware": {}}


@pytest.fixture
def make(tmp_path):
    """Return a function that makes a run's folder, whose checkpoint states a shape."""

    def made(shape, dataset="name: digits"):
        folder = tmp_path / "run"
        (folder / "checkpoints").mkdir(parents=True)
        (folder / "config.yaml").write_text(f"model: {{name: vae}}\ndataset: {{{dataset}}}\n")
        about = {"step": 3, "sha256": "0" * 64, "architecture": ARCHITECTURE | {"shape": shape}}
        (folder / "checkpoints" / "step-00000003.json").write_text(json.dumps(about))
        return folder

    return made


def test_the_shape_is_that_of_a_checkpoint(make, tmp_path):
    assert inputs_of_run.shape_of(make([4, 4, 1])) == (4, 4, 1)
    (tmp_path / "run" / "checkpoints" / "step-00000003.json").write_text("{")
    with pytest.raises(UserError, match=r"run has no checkpoint yet that states the shape of its data$"):
        inputs_of_run.shape_of(tmp_path / "run")


def test_columns_are_those_of_the_last_session_that_has_as_many():
    sessions = [{"data": {"columns": ["a", "b"]}}, {"data": {"columns": ["c", "d"]}}, {"data": {}}, {}]
    folder = SimpleNamespace(sessions=lambda: sessions)
    assert inputs_of_run.columns_of(folder, 2) == ("c", "d")
    assert inputs_of_run.columns_of(folder, 3) == ()


def test_pictures_are_fitted_as_those_of_the_run_were(make, tmp_path):
    Image.fromarray(np.full((4, 8), 200, np.uint8)).save(tmp_path / "wide.png")
    folder = make([4, 4, 1], "name: image_folder, resize: pad")
    assert inputs_of_run.read(folder, str(tmp_path / "wide.png")).rows[0, 0].max() == 0


def test_a_row_is_named_by_its_number_or_its_file(make, tmp_path):
    Image.fromarray(np.full((4, 4), 7, np.uint8)).save(tmp_path / "5.png")
    folder = make([4, 4, 1])
    assert inputs_of_run.named(folder, "5", "--from") == ("5", None, 5)
    found = inputs_of_run.named(folder, f"{tmp_path}/5.png", "--from")
    assert (found.text, found.picture.rows.max()) == (f"{tmp_path}/5.png", 7)
    np.save(tmp_path / "two.npy", np.zeros((2, 4, 4), np.uint8))
    with pytest.raises(UserError, match=r"^--from .*two\.npy: expected one picture, it holds 2$"):
        inputs_of_run.named(folder, f"{tmp_path}/two.npy", "--from")


def test_a_point_has_a_number_only(make):
    with pytest.raises(UserError, match=r"^--from x\.npy: expected the number of a held-out point, from 0$"):
        inputs_of_run.named(make([2]), "x.npy", "--from")
