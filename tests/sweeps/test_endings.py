"""How a job ended, where its process could not say so."""

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.endings import OUTPUT, record


def recorded(folder, code, is_stopped=False, printed=b""):
    folder.write_status("running", error=None)
    (folder.path / OUTPUT).write_bytes(printed)
    record(folder, code, is_stopped)
    return folder.status()["state"], folder.status()["error"]


@pytest.mark.parametrize(
    ("code", "printed", "error"),
    [
        (-9, b"", "killed by SIGKILL, as the system does when it runs out of memory"),
        (3, b"", "exit code 3"),
        (2, b"ganae: error: old\nmore\nganae: error: no GPU\n", "ganae: error: no GPU"),
        (-11, b"ganae: error: old\n", "killed by SIGSEGV"),
    ],
)
def test_the_end_of_a_job_that_could_not_say_it_is_recorded(tmp_path, code, printed, error):
    assert recorded(RunFolder(tmp_path), code, printed=printed) == ("failed", error)


def test_a_job_that_was_told_to_stop_has_not_failed(tmp_path):
    assert recorded(RunFolder(tmp_path), -15, is_stopped=True) == ("interrupted", "stopped before it began")


@pytest.mark.parametrize(("code", "is_stopped"), [(1, False), (-9, False), (143, True)])
@pytest.mark.parametrize(
    ("state", "facts"),
    [
        ("done", {"error": None}),  # and its process was killed while it closed its tracker
        ("failed", {"error": "NaN"}),
        ("interrupted", {"error": "NaN"}),
        ("interrupted", {"error": None, "stopped_by": "max_minutes"}),
        ("interrupted", {"error": None, "stopped_by": "stop_when"}),
        ("interrupted", {"error": None, "stopped_by": "collapse"}),
    ],
)
def test_a_job_that_says_how_it_ended_is_believed(tmp_path, state, facts, code, is_stopped):
    folder = RunFolder(tmp_path)
    folder.write_status(state, **facts)
    record(folder, code, is_stopped)
    assert folder.status() == {"state": state, **facts}


def test_an_output_of_any_size_says_why_a_job_ended(tmp_path):
    """A job of a sweep from somebody else had a file of 60 GB, for which there was no memory."""
    folder = RunFolder(tmp_path)
    folder.write_status("running", error=None)
    with (tmp_path / OUTPUT).open("wb") as file:
        file.truncate(60 * 10**9)
        file.seek(0, 2)
        file.write(b"\nganae: error: no GPU\n")
    record(folder, 2, is_stopped=False)
    assert folder.status()["error"] == "ganae: error: no GPU"


def test_the_status_of_a_job_is_left_to_who_holds_it(tmp_path, capsys, quiet):
    """The job was refused, because somebody resumed it between the look at it and its start."""
    folder = RunFolder(tmp_path)
    folder.write_status("running", error=None)
    with folder.claim():
        record(folder, 2, is_stopped=False, name=lambda path: "job 1 (2 of 2)")
    assert folder.status()["state"] == "running"
    assert "job 1 (2 of 2)  " in capsys.readouterr().err
