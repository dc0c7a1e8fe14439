"""Checkpoints at regular steps, at the end, and when the run is stopped."""

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.history import History
from ganae_cli.training.callbacks.periodic import Periodic


class Checkpoints(Periodic):
    """Keeps the last `keep` checkpoints and the best one by the history column `best_by` (lower is better; or None)."""

    def __init__(
        self, every: int, first_step: int, folder: RunFolder, history: History, facts: dict, keep: int, best_by
    ):
        super().__init__(every, first_step)
        self.folder, self.history, self.facts, self.keep, self.best_by = folder, history, facts, keep, best_by
        self.saved_step = first_step

    def act(self, step: int) -> None:
        self.history.check_finite()
        about = {"last_row": self.history.last_row, "seconds": self.history.seconds_so_far} | self.facts
        if self.best_by:
            about["metric"] = {self.best_by: self.history.row.get(self.best_by)}
        self.folder.checkpoints.add(step, self.model.save_weights, **about)
        self.saved_step = step
        self.prune()

    def on_train_end(self, logs=None):
        if self.step > self.saved_step:
            self.act(self.step)

    def prune(self) -> None:
        # A run that goes on before damaged checkpoints of later steps must not take those for the ones to keep.
        found = [checkpoint for checkpoint in self.folder.checkpoints.list() if checkpoint.step <= self.saved_step]
        best = min(found, key=lambda checkpoint: checkpoint.value(self.best_by)) if self.best_by else None
        for checkpoint in found[max(1, self.keep) :]:
            if checkpoint is not best:
                self.folder.checkpoints.remove(checkpoint)
