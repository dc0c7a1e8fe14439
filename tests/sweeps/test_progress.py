"""How far a job has come, read from its files."""

import os

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.progress import TAIL, Progress, last_row


@pytest.fixture
def job(tmp_path):
    folder = RunFolder(tmp_path / "0")
    folder.path.mkdir()
    return folder


def write(job, step, seconds, rate=800.0, **values):
    job.history.append(
        {"step": step, "seconds": seconds, "images_per_second": rate, "generator.loss": 0.69314, "fid": ""} | values
    )
    job.write_status("running", step=step, seconds=seconds, steps=1000)


def test_the_pace_is_that_since_the_first_look(job):
    """The first steps take longer, as they are compiled."""
    progress = Progress()
    assert progress.cells(job, job.status(), None) == ("", "", "")
    write(job, 100, 50.0)
    assert progress.cells(job, job.status(), None) == ("800/s", "generator 0.693", "")
    write(job, 300, 60.0, rate=12_345.6)
    assert progress.cells(job, job.status(), None) == ("12,346/s", "generator 0.693", "0:35")  # 700 steps, 20 a second
    write(job, 500, 80.0)
    assert progress.left(job.path, job.status()) == pytest.approx(500 / (400 / 30))


def test_a_job_that_begins_again_has_a_new_pace(job):
    progress = Progress()
    write(job, 100, 10.0)
    progress.left(job.path, job.status())
    job.write_status("interrupted")
    assert progress.left(job.path, job.status()) is None
    write(job, 200, 20.0)
    assert progress.left(job.path, job.status()) is None
    write(job, 300, 40.0)
    assert progress.left(job.path, job.status()) == pytest.approx(140)


def test_the_number_is_the_newest_of_its_column(job):
    """Metrics stand in few rows of the history."""
    write(job, 100, 10.0, fid=31.27)
    write(job, 200, 20.0)
    assert Progress().cells(job, job.status(), "fid").judged == "31.3"
    assert Progress().cells(job, job.status(), "kid").judged == ""


def test_the_end_of_a_long_history_is_enough(job):
    row = "1.5,800.0,0.5,\n"
    lines = "".join(f"{step},{row}" for step in range(1, 20_000))
    job.history.path.write_text("step,seconds,images_per_second,generator.loss,fid\n" + lines)
    assert job.history.path.stat().st_size > 2 * TAIL
    assert last_row(job.history.path)["step"] == "19999"


@pytest.mark.parametrize("text", ["", "step", "step,a\n1,2,3\n", "\x00", "step,a\n1,no\n2", "a\n" * 9])
def test_what_is_no_history_says_nothing(job, text):
    job.history.path.write_text(text)
    assert "a" not in last_row(job.history.path)
    assert Progress().cells(job, {}, "a") == ("", "", "")


def test_a_pipe_is_not_waited_for(job):
    os.mkfifo(job.history.path)
    assert last_row(job.history.path) == {}
