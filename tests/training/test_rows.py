"""Rows on their way to the history: in order, and none missing after a disk was full."""

import errno

from ganae_cli.storage.branch import Branch
from ganae_cli.storage.history import HistoryFile
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.rows import Rows
from ganae_cli.training.writing import Writing


def test_rows_wait_until_they_can_be_written(tmp_path):
    folder, said = RunFolder(tmp_path), []
    rows = Rows(folder, 0, Branch(), Writing(True, said.append))
    rows.add({"step": 1, "loss": 0.5})
    text = folder.history.path.read_text()
    folder.history.path.unlink()
    folder.history.path.mkdir()  # nothing can be written there
    for step in (2, 3):
        rows.add({"step": step, "loss": 0.5})
    assert (rows.write(), len(said)) == (False, 1)
    folder.history.path.rmdir()
    folder.history.path.write_text(text)
    rows.add({"step": 4, "loss": 0.5})
    assert [row["step"] for row in folder.history.read()] == ["1", "2", "3", "4"]
    assert rows.write()


def test_rows_of_a_new_branch_wait_for_its_checkpoint(tmp_path):
    folder = RunFolder(tmp_path)
    for step in (1, 2, 3):
        folder.history.append({"step": step, "loss": 0.5})
    rows = Rows(folder, 1, Branch(1, 1, is_new=True), Writing(False, print))
    rows.add({"step": 2, "loss": -1.0})
    assert [float(row["loss"]) for row in folder.history.read()] == [0.5, 0.5, 0.5]
    rows.before_checkpoint()
    rows.after_checkpoint()
    rows.add({"step": 3, "loss": -2.0})
    assert [float(row["loss"]) for row in folder.history.read()] == [0.5, -1.0, -2.0]


def test_rows_of_a_rollback_that_cannot_be_deleted_yet_are_deleted_later(tmp_path):
    folder, said = RunFolder(tmp_path), []
    for step in (1, 2, 3):
        folder.history.append({"step": step, "loss": 0.5})
    text = folder.history.path.read_text()

    class Full(HistoryFile):
        def cut(self, step):
            raise OSError(errno.ENOSPC, "No space left on device")

    folder.history = Full(folder.history.path)
    rows = Rows(folder, 1, Branch(), Writing(True, said.append))
    rows.add({"step": 2, "loss": -1.0})
    assert (rows.write(), len(said), folder.history.path.read_text()) == (False, 1, text)
    folder.history = HistoryFile(folder.history.path)
    rows.add({"step": 3, "loss": -2.0})
    assert [float(row["loss"]) for row in folder.history.read()] == [0.5, -1.0, -2.0]
