"""The file that names the jobs of a sweep."""

import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from ganae_cli.sweeps.sweep_file import SweepFile


def test_a_sweep_without_a_file_has_no_jobs(tmp_path):
    file = SweepFile(tmp_path)
    assert (file.jobs, file.count, file.swept(), file.every_key(), file.differing("0")) == ([], None, [], set(), {})


def test_jobs_are_told_apart_by_what_differs(tmp_path):
    SweepFile.write(tmp_path, [["model=gan", "seed=1"], ["model=gan", "seed=2"]])
    file = SweepFile(tmp_path)
    assert (file.count, file.swept(), file.every_key()) == (2, ["seed"], {"model", "seed"})
    assert file.differing("1") == {"seed": "2"}
    assert file.differing("2") == file.differing("other") == {}
    assert json.loads((tmp_path / "sweep.json").read_text()) == {
        "jobs": [["model=gan", "seed=1"], ["model=gan", "seed=2"]]
    }


def add(sweep, number):
    SweepFile.add(sweep, number, [f"seed={number}"])


def test_processes_add_jobs_at_the_same_time(tmp_path):
    SweepFile.write(tmp_path, [], varied=["seed"])
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(partial(add, tmp_path), reversed(range(40))))
    file = SweepFile(tmp_path)
    assert file.jobs == [[f"seed={number}"] for number in range(40)]
    assert (file.count, file.swept(), file.differing("7")) == (None, ["seed"], {"seed": "7"})


def test_a_sweep_that_grows_knows_what_is_varied_from_the_first_job(tmp_path):
    SweepFile.write(tmp_path, [], varied=["model.z_dim"])
    SweepFile.add(tmp_path, 0, ["model.z_dim=8", "model=gan", "train.steps=9"])
    assert SweepFile(tmp_path).differing("0") == {"model.z_dim": "8"}
    SweepFile.add(tmp_path, 1, ["model.z_dim=8", "model=gan", "train.steps=9"])
    assert SweepFile(tmp_path).differing("1") == {"model.z_dim": "8"}
