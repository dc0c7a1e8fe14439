"""Checkpoints at regular steps, at the end, and when the run is stopped."""

from dataclasses import dataclass

from ganae_cli.engine import weights_file
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.history import History
from ganae_cli.training.callbacks.periodic import Periodic
from ganae_cli.training.rows import Rows
from ganae_cli.training.writing import Writing


@dataclass(frozen=True)
class Kept:
    """Which checkpoints stay: the last `newest` ones, and the best one by a history column.

    better: "higher" or "lower" values of it. is_of_a_step: it is measured of the weights of a step, unlike a loss term,
    which is the mean of an interval.
    """

    newest: int
    best_by: str | None = None
    better: str = "lower"
    is_of_a_step: bool = False


class Checkpoints(Periodic):
    """Makes checkpoints, and removes those that are not to be kept.

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
        kept: Kept,
        rows: Rows,
        writing: Writing,
    ):
        super().__init__(every, first_step)
        self.folder, self.history, self.facts, self.kept = folder, history, facts, kept
        self.rows, self.writing = rows, writing
        self.first_step = self.saved_step = first_step

    def act(self, step: int) -> None:
        about = {"last_row": self.history.last_row, "seconds": self.history.seconds_so_far} | self.facts
        if by := self.kept.best_by:
            about["metric"] = {by: self.history.row.get(by) if self._is_of(step) else None}
            about |= {"better": self.kept.better} if self.kept.better != "lower" else {}
        content = weights_file.content(self.model)
        if not self.rows.write():
            return
        with self.writing.of("checkpoint", self.folder.checkpoints.path_of(step), need=len(content)):
            self.rows.before_checkpoint()
            self.folder.checkpoints.add(step, lambda path: path.write_bytes(content), **about)
            self.saved_step = step
            self.rows.after_checkpoint()
            self.prune()

    def _is_of(self, step: int) -> bool:
        """True if the row of the history tells of these weights: a metric does of those of its own step alone."""
        return self.history.row.get("step") == step or not self.kept.is_of_a_step

    def on_train_end(self, logs=None):
        self.writing.must_succeed()
        self.rows.write()
        is_unsettled = self.rows.is_held and self.step > self.first_step  # its branch waits for a checkpoint
        if self.step > self.saved_step or is_unsettled:
            self.act(self.step)

    def prune(self) -> None:
        """Remove the checkpoints that are not to be kept, and what a kill has left of removed ones."""
        found = [checkpoint for checkpoint in self.folder.checkpoints.list() if checkpoint.step <= self.saved_step]
        # A run goes on before damaged checkpoints of later steps or branches: those are not the ones to keep.
        own = [checkpoint for checkpoint in found if checkpoint.line <= self.rows.branch.line and not checkpoint.fault]
        kept, by = own[: max(1, self.kept.newest)], self.kept.best_by
        oldest = kept[-1].step if kept else 0
        if by and own:
            kept.append(min(own, key=lambda checkpoint: checkpoint.rank(by)))
        for checkpoint in found:
            if checkpoint.step < oldest and checkpoint not in kept:
                self.folder.checkpoints.remove(checkpoint)
        self.folder.checkpoints.remove_unconfirmed(before=self.saved_step)
