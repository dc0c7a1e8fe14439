"""The live table: its columns on terminals of all widths, its rows, and the time that the sweep still takes."""

import io

import pytest
from omegaconf import OmegaConf
from rich.console import Console

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs
from ganae_cli.sweeps.live_table import LiveTable, columns, near, total_left
from ganae_cli.sweeps.overview import job_folders

ROW = {"job": "0", "settings": "seed=1 model=gan", "state": "running", "step": "1/9", "rate": "9/s", "fid": "3.1"}
ROW |= {"time": "0:01", "left": "0:02"}


def test_a_terminal_shows_the_columns_that_it_has_room_for():
    assert columns([ROW], 80) == list(ROW)
    assert columns([ROW], 55) == [name for name in ROW if name != "rate"]
    assert columns([ROW], 50) == [name for name in ROW if name not in ("rate", "fid")]
    assert columns([ROW], 20) == ["job", "settings", "state", "step", "time"]


@pytest.fixture
def folders(tmp_path):
    config = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 100, "best_by": "fid"}})
    jobs.prepare(tmp_path / "sweep", [([f"seed={seed}"], config) for seed in range(5)])
    return job_folders(tmp_path / "sweep")


def test_the_rows_shown_are_those_around_what_trains(folders):
    made = [RunFolder(path) for path in folders]
    made[3].write_status("running", step=1)
    states = [(job, job.state()) for job in made]
    assert [job.path.name for job, _ in near(states, 3)] == ["2", "3", "4"]
    assert len(near(states, None)) == 5


def test_the_table_says_how_far_each_job_is(folders):
    job = RunFolder(folders[1])
    table = LiveTable(folders[0].parent)
    for step, seconds in ((10, 5.0), (30, 7.0)):
        job.history.append({"step": step, "seconds": seconds, "images_per_second": 640.0, "fid": 12.345})
        job.write_status("running", step=step, seconds=seconds)
        rendered = table.render(folders, 100)
    out = io.StringIO()
    Console(file=out, width=100).print(rendered)
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert lines[1] == ["job", "settings", "state", "step", "rate", "fid", "time", "left"]
    assert ["1", "seed=1", "running", "30/100", "640/s", "12.3", "0:07", "0:07"] in lines
    # 7 s for the rest of it, and for four others of 100 steps at 7 / 30 s each
    assert "5 jobs: 4 pending, 1 running; about 1:40 left" in out.getvalue()


def test_jobs_at_once_share_the_time_that_is_left(folders):
    made = [RunFolder(path) for path in folders[:3]]
    for job in made[:2]:
        job.write_status("running", step=50, seconds=10, steps=100)
    made[2].write_status("pending", steps=100)
    states = ["running", "running", "pending"]
    assert total_left(made, states, [10.0, 10.0, None]) == "; about 0:20 left"
    assert total_left(made, states, [None, None, None]) == ""


def test_a_job_that_waits_takes_the_time_of_its_budget(tmp_path):
    """10 s for the rest of the one that trains, and 30 s for the other."""
    config = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 100, "budget": "30s", "best_by": None}})
    jobs.prepare(tmp_path / "sweep", [([f"seed={seed}"], config) for seed in range(2)])
    made = [RunFolder(path) for path in job_folders(tmp_path / "sweep")]
    assert [(job.status().get("steps"), job.status()["budget"]) for job in made] == [(None, 30)] * 2
    made[0].write_status("running", step=50, seconds=10, steps=100)
    assert total_left(made, ["running", "pending"], [10.0, None]) == "; about 0:40 left"
