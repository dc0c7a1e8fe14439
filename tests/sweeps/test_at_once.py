"""Jobs that run at once share the processors."""

import pytest
from omegaconf import OmegaConf

from ganae_cli.runtime import process
from ganae_cli.sweeps.at_once import of_launcher, share_threads


@pytest.fixture(autouse=True)
def eight_processors(monkeypatch):
    monkeypatch.setattr(process, "processors", lambda: 8)


@pytest.mark.parametrize(
    ("launcher", "sweeper", "count", "expected"),
    [
        ({}, {}, 12, 1),  # Hydra's own launcher runs one after another
        ({"n_jobs": 3}, {}, 12, 3),
        ({"n_jobs": 10}, {}, 4, 4),
        ({"n_jobs": -1}, {}, 12, 8),
        ({"n_jobs": -3}, {}, 12, 6),
        ({"n_jobs": -20}, {}, 12, 1),
        ({"n_jobs": None}, {}, 12, 1),
        ({"n_jobs": 10}, {"n_jobs": 2}, None, 2),  # Optuna's sweeper hands the launcher so many at a time
    ],
)
def test_how_many_run_at_once(launcher, sweeper, count, expected):
    assert of_launcher(OmegaConf.create(launcher), OmegaConf.create(sweeper), count) == expected


@pytest.mark.parametrize(
    ("threads", "at_once", "expected"), [(None, 1, None), (None, 3, 2), (None, 8, 1), (None, 20, 1), (4, 3, 4)]
)
def test_each_has_its_part_unless_told(threads, at_once, expected):
    config = OmegaConf.create({"hardware": {"threads": threads}})
    share_threads(config, at_once)
    assert config.hardware.threads == expected
