"""What a run takes beside its steps."""

import dataclasses
import time

import pytest

from ganae_cli.builders import from_config
from ganae_cli.runtime import devices
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import overheads, setup
from tests.training.small import NARROW, SMALL


@pytest.fixture
def build(compose, parts):
    def built(*words):
        config = compose(*SMALL, *NARROW, *words)
        session = devices.prepare(**from_config.plain(config.hardware))
        return setup.build(config, session, from_config.build_data(config))

    return built


def test_everything_takes_some_time_and_nothing_is_written(build, tmp_path, capsys):
    made = build("train.evaluate_every=1000", "train.checkpoint_every=1000")
    began = time.monotonic() - 7
    takes = overheads.measured(made, RunFolder(tmp_path / "run"), 0.5, began)
    assert takes.step == 0.5
    assert 7 < takes.started <= time.monotonic() - began
    assert all(0 < seconds < 60 for seconds in dataclasses.astuple(takes))
    assert takes.end > overheads.CLOSE
    assert list(tmp_path.iterdir()) == []
    assert "warning" not in capsys.readouterr().err


def test_who_never_evaluates_does_not_pay_for_it(build, tmp_path):
    assert overheads.measured(build(), RunFolder(tmp_path / "run"), 0.5, 0.0).evaluation == 0
