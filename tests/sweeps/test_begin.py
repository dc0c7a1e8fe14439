"""The begin of a job: what its status says, and a job with which another process was done first."""

import contextlib

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.begin import begin


@pytest.mark.parametrize(
    ("facts", "is_begun"),
    [
        ({}, True),
        ({"state": "failed", "error": "NaN"}, True),
        ({"state": "interrupted", "stopped_by": "max_minutes"}, True),  # which goes on where it is resumed
        ({"state": "done", "error": None}, False),
        ({"state": "interrupted", "stopped_by": "stop_when"}, False),
    ],
)
def test_a_job_is_pending_unless_it_is_finished(tmp_path, facts, is_begun):
    folder = RunFolder(tmp_path)
    if facts:
        folder.write_status(**facts)
    assert begin(folder) == is_begun
    assert folder.status() == (facts | {"state": "pending", "error": None} if is_begun else facts)


def test_a_finished_job_may_go_further(tmp_path):
    folder = RunFolder(tmp_path)
    folder.write_status("done")
    assert begin(folder, goes_further=True)
    assert folder.status()["state"] == "pending"


def test_a_job_that_is_finished_between_the_look_and_the_claim_stays_so(tmp_path, monkeypatch):
    @contextlib.contextmanager
    def claim(folder):
        folder.write_status("done")  # by the one who held it until now
        yield

    monkeypatch.setattr(RunFolder, "claim", claim)
    folder = RunFolder(tmp_path)
    folder.write_status("running")
    assert not begin(folder)
    assert folder.status()["state"] == "done"
