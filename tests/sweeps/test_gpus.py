"""Which GPUs a job sees, on machines with several."""

import pytest

from ganae_cli.sweeps import gpus


@pytest.mark.parametrize(
    ("given", "expected"),
    [("0,1", ["0", "1"]), ("GPU-8932f937", ["GPU-8932f937"]), ("1,-1,0", ["1"]), ("", []), ("-1", [])],
)
def test_the_variable_says_which_there_are(monkeypatch, given, expected):
    monkeypatch.setenv(gpus.VARIABLE, given)
    assert gpus.visible() == expected


def of_jobs(monkeypatch, given, at_once, **hardware):
    """Return the GPUs of all jobs that train at once."""
    monkeypatch.setenv(gpus.VARIABLE, given)
    return [gpus.variables(place, at_once, hardware).get(gpus.VARIABLE) for place in range(at_once)]


def test_each_job_has_one_of_its_own(monkeypatch):
    assert of_jobs(monkeypatch, "2,5,7", 3, device="auto", devices=None, strategy="auto") == ["2", "5", "7"]


def test_more_jobs_than_gpus_share_them(monkeypatch):
    assert of_jobs(monkeypatch, "0,1", 3) == ["0", "1", "0"]


def test_a_job_of_several_devices_has_several(monkeypatch):
    assert of_jobs(monkeypatch, "0,1,2,3", 2, devices=2, strategy="auto") == ["0,1", "2,3"]
    assert of_jobs(monkeypatch, "0,1,2,3", 2, devices=None, strategy="mirrored") == ["0,1", "2,3"]
    assert of_jobs(monkeypatch, "0,1", 2, devices=4) == ["0,1", "0,1"]  # the job itself refuses


@pytest.mark.parametrize(
    ("given", "at_once", "hardware"), [("0,1", 1, {}), ("0", 2, {}), ("", 2, {}), ("0,1", 2, {"device": "cpu"})]
)
def test_nothing_is_divided_where_there_is_nothing_to_divide(monkeypatch, given, at_once, hardware):
    assert of_jobs(monkeypatch, given, at_once, **hardware) == [None] * at_once


def test_a_machine_without_the_driver_has_none(monkeypatch, tmp_path):
    monkeypatch.delenv(gpus.VARIABLE, raising=False)
    monkeypatch.setattr(gpus, "DRIVER", tmp_path / "none")
    gpus._installed.cache_clear()
    assert gpus.visible() == []
    gpus._installed.cache_clear()
