"""Jobs that run at once share the processors."""

import pytest
from omegaconf import OmegaConf

from ganae_cli.runtime import process
from ganae_cli.sweeps.at_once import of_launcher, of_pool, share_threads


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


@pytest.fixture
def memory(monkeypatch):
    """Return a function that says how many bytes of memory are free, and which GPUs there are."""

    def chosen(free, gpus=""):
        monkeypatch.setattr(process, "available_memory", lambda: free)
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", gpus)

    return chosen


@pytest.mark.parametrize(
    ("free", "gpus", "hardware", "count", "expected"),
    [
        (100 * 2**30, "", {"device": "auto"}, 12, 8),  # processors
        (100 * 2**30, "", {"device": "auto"}, 5, 5),  # jobs
        (7 * 2**30, "", {"device": "auto"}, 12, 3),  # memory, 2 GiB each
        (2**30, "", {"device": "auto"}, 12, 1),
        (None, "", {"device": "auto"}, None, 8),
        (100 * 2**30, "", {"device": "cpu", "threads": 3}, 12, 2),
        (100 * 2**30, "0,1", {"device": "auto"}, 12, 2),
        (100 * 2**30, "0,1", {"device": "cpu"}, 12, 8),
    ],
)
def test_auto_is_what_fits_the_machine(memory, capsys, free, gpus, hardware, count, expected):
    memory(free, gpus)
    assert of_pool("auto", count, [hardware], needed=2 * 2**30) == expected
    assert capsys.readouterr().err.startswith(f"sweep.jobs=auto: {expected} at a time (")


def test_a_number_is_a_number(memory):
    memory(0)
    assert [of_pool(9, 4, []), of_pool(9, None, []), of_pool(2, 4, [])] == [4, 9, 2]
