"""Whether the data of a run are the same."""

import json

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli.builders import from_config
from ganae_cli.doctor.run import g_data
from ganae_cli.errors import UserError


@pytest.fixture
def known(folder):
    """Let the run know the fingerprint of some data."""

    def known(fingerprint: str) -> None:
        facts = json.loads(folder.environment.read_text())
        facts["data"] = {"fingerprint": fingerprint, "training_rows": 100_000, "test_rows": 10_000, "shape": [2]}
        folder.environment.write_text(json.dumps(facts))

    return known


def test_of_its_fingerprint(folder, seen, known):
    assert seen(g_data.check)[0][0] == "warning"  # the version that wrote it kept none
    from_config.import_parts()
    known(from_config.build_data(folder.read_config()).source)
    assert seen(g_data.check) == [("ok", "dataset 'ring' is the same, 64 training rows")]
    known("0" * 16)
    ((level, what),) = seen(g_data.check)
    assert level == "problem"
    assert "is not what the run was trained on" in what


def test_a_run_that_is_prepared_has_nothing_to_compare_with(folder, seen):
    folder.environment.unlink()
    folder.write_status("pending", step=0)
    assert seen(g_data.check) == [("ok", "dataset 'ring' has 64 training rows; the run has not begun")]


def test_a_file_that_is_gone(folder, tmp_path, known):
    known("0" * 16)
    config = OmegaConf.load(folder.config)
    config.dataset = {"name": "arrays", "path": str(tmp_path / "gone.npy")}
    OmegaConf.save(config, folder.config)
    with pytest.raises(UserError, match="no such file"):
        list(g_data.check(folder))
    np.save(tmp_path / "gone.npy", np.zeros((5, 2), np.float32))
    assert [found.level for found in g_data.check(folder)] == ["problem"]


@pytest.mark.parametrize(("name", "says"), [("mnist", "has to be downloaded"), ("of_a_plugin", "not checked")])
def test_what_is_not_checked(folder, seen, name, says, tmp_path, monkeypatch):
    monkeypatch.setenv(
        "KERAS_HOME", str(tmp_path)
    )  # read when Keras is imported; the cache of this machine may be full
    config = OmegaConf.load(folder.config)
    config.dataset = {"name": name, "path": None, "image_size": None}
    OmegaConf.save(config, folder.config)
    ((_, what),) = seen(g_data.check)
    assert says in what or "kept no fingerprint" in what
