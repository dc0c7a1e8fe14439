"""Checkpoints at regular steps, at the end, and when the run is stopped."""

from pathlib import Path

from ganae_cli.engine import weights_file
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.history import History
from ganae_cli.training.callbacks.periodic import Periodic
from ganae_cli.training.rows import Rows
from ganae_cli.training.writing import Writing


class Checkpoints(Periodic):
    """Keeps the last `keep` checkpoints and the best one by the history column `best_by` (lower is better; or None).

    A checkpoint that cannot be written ends the run, or is tried again at the next interval, as `writing` has it. None
    is made before all rows of the history are in their file: a run that goes on from it must not lack any.
    """

    def __init__(
        self,
        every: int,
        first_step: int,
        folder: RunFolder,
        history: History,
        facts: dict,
        keep: int,
        best_by: str | None,
        rows: Rows,
        writing: Writing,
    ):
        super().__init__(every, first_step)
        self.folder, self.history, self.facts, self.keep, self.best_by = folder, history, facts, keep, best_by
        self.rows, self.writing = rows, writing
        self.saved_step = first_step

    def act(self, step: int) -> None:
        about = {"last_row": self.history.last_row, "seconds": self.history.seconds_so_far} | self.facts
        if self.best_by:
            about["metric"] = {self.best_by: self.history.row.get(self.best_by)}
        content = weights_file.content(self.model)
        if not self.rows.write():
            return
        with self.writing.of("checkpoint", self.folder.checkpoints.path_of(step), need=len(content)):
            self.folder.checkpoints.add(step, lambda path: _write(path, content), **about)
            self.saved_step = step
            self.rows.settle(step)
            self.prune()

    def on_train_end(self, logs=None):
        self.writing.must_succeed()
        self.rows.write()
        if self.step > self.saved_step:
            self.act(self.step)

    def prune(self) -> None:
        # A run that goes on before damaged checkpoints of later steps must not take those for the ones to keep.
        found = [checkpoint for checkpoint in self.folder.checkpoints.list() if checkpoint.step <= self.saved_step]
        best = min(found, key=lambda checkpoint: checkpoint.value(self.best_by)) if self.best_by else None
        for checkpoint in found[max(1, self.keep) :]:
            if checkpoint is not best:
                self.folder.checkpoints.remove(checkpoint)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
