"""What can be measured of a config: asked in this process, and of the process that the study starts."""

import os

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.tuning import probe
from ganae_cli.tuning.objective import HIGHER, LOWER

SMALL = ("model=gan", "dataset=ring", "dataset.count=500", "hardware=cpu", "hardware.jit=false")


def test_terms_and_metrics_of_a_model(compose):
    found = probe.answer(OmegaConf.to_yaml(compose(*SMALL), resolve=True))
    assert {"generator.fool", "discriminator.real"} <= set(found["terms"])
    assert (found["kind"], found["why_none"]) == ("points", "")
    wanted = {"fid": LOWER, "clipped_coverage": HIGHER, "spread": ""}
    assert {name: found["metrics"].get(name) for name in wanted} == wanted


def test_without_held_out_rows_there_are_terms_alone(compose, tmp_path):
    np.save(tmp_path / "points.npy", np.random.default_rng(0).normal(size=(40, 2)).astype("float32"))
    words = ("model=gan", "dataset=arrays", f"dataset.path={tmp_path / 'points.npy'}", "train.batch_size=8")
    found = probe.answer(OmegaConf.to_yaml(compose(*words, *SMALL[3:]), resolve=True))
    assert found["metrics"] == {}
    assert "held-out rows: samples are compared with at least 20" in found["why_none"]
    assert "generator.fool" in found["terms"]


def test_what_cannot_be_built_is_refused(compose):
    found = probe.answer(OmegaConf.to_yaml(compose("model=dcgan", "dataset=ring", "hardware=cpu"), resolve=True))
    assert "refused" in found


@pytest.mark.slow
def test_a_process_that_dies_tells_why(compose, tmp_path, monkeypatch):
    (tmp_path / "it_dies.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with pytest.raises(UserError, match=r"^the first trial cannot be built: killed by SIGKILL$"):
        probe.measurable(compose(*SMALL), ["it_dies"])
    with pytest.raises(UserError, match=r"^plugins: cannot import 'no_such_package'"):
        probe.measurable(compose(*SMALL), ["no_such_package"])


@pytest.mark.slow
def test_the_process_answers(compose):
    found = probe.measurable(compose(*SMALL))
    assert found.default() == "clipped_coverage"
