"""The file that names the jobs of a sweep."""

import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pytest

from ganae_cli.errors import UserError
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


WRONG = ["", "{", "[]", "null", "3", '{"jobs": 3}', '{"jobs": {}}', '{"jobs": "ab"}', '{"jobs": null}', '{"jobs": [3]}']
WRONG += ['{"jobs": ["model=gan"]}', '{"jobs": [[1]]}', '{"jobs": [[["a"]]]}', '{"jobs": [[null]]}', "[" * 99_999]
WRONG += ['{"jobs": [], "varied": 3}', '{"jobs": [], "varied": [1]}', '{"jobs": [], "varied": "seed"}', "\0\0\0"]


@pytest.mark.parametrize("text", WRONG)
def test_a_file_that_names_no_jobs_is_one_line(tmp_path, text):
    (tmp_path / "sweep.json").write_text(text)
    with pytest.raises(UserError, match=r"cannot read .*sweep\.json: ") as error:
        SweepFile(tmp_path)
    assert "\n" not in str(error.value)


def test_a_file_of_bytes_or_without_end_is_one_line(tmp_path):
    for content, reason in ((b'{"jobs": [["\xff"]]}', "byte 13 is not UTF-8"), (b" " * (2**24 + 1), "bytes, expected")):
        (tmp_path / "sweep.json").write_bytes(content)
        with pytest.raises(UserError, match=reason):
            SweepFile(tmp_path)
