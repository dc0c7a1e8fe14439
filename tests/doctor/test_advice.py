"""What to type next, by what is left of a run."""

import pytest

from ganae_cli.doctor import advice
from ganae_cli.storage.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    made = RunFolder(tmp_path)
    made.config.write_text("model: {name: gan}\ntrain: {steps: 20}\n")
    return made


def test_by_checkpoints(folder):
    resume = f"ganae resume {folder.path}"
    assert advice.of_run(folder) == f"go on from step 0: {resume}"
    for step in (10, 20):
        folder.checkpoints.add(step, lambda path: path.write_bytes(b"weights"))
    assert advice.of_run(folder) == f"measure it: {resume}"
    folder.write_status("done")
    assert advice.of_run(folder) == f"it is done: ganae sample {folder.path}"
    newest, older = folder.checkpoints.list()
    newest.weights.write_bytes(b"")
    assert advice.of_run(folder) == f"go on from step 10: {resume}"
    older.weights.write_bytes(b"")
    assert advice.of_run(folder).startswith("nothing to go on from")
    folder.config.write_text("- 1\n")
    assert advice.of_run(folder) == f"mend {folder.config}, then: ganae doctor {folder.path}"


def test_of_a_sweep(tmp_path):
    assert advice.of_sweep(tmp_path).endswith(f"ganae resume {tmp_path}")
