"""Rows of the history on their way to the file: none is missing later, and none is lost that the user may want back."""

from ganae_cli.storage import branch as branches
from ganae_cli.storage.branch import Branch
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.writing import Writing


class Rows:
    """Writes rows to the history, and keeps those that cannot be written until they can be.

    first: step of the last row that stays. branch: if it is new, all rows wait for its first checkpoint.
    """

    def __init__(self, folder: RunFolder, first: int, branch: Branch, writing: Writing):
        self.folder, self.first, self.branch, self.writing = folder, first, branch, writing
        self.is_held = branch.is_new
        self.is_cut = False
        self.waiting: list[dict] = []
        self.write()

    def add(self, row: dict) -> None:
        """Write a row, behind those that wait."""
        self.waiting.append(row)
        self.write()

    def write(self) -> bool:
        """Delete what came after `first`, once, and write the rows that wait.

        Return True if a checkpoint may be made: none waits, or all wait for it.
        """
        if self.is_held:
            return True
        with self.writing.of("history", self.folder.history.path):
            if not self.is_cut:
                self.folder.history.cut(self.first)
                self.is_cut = True
            while self.waiting:
                self.folder.history.append(self.waiting[0])
                del self.waiting[0]
        return self.is_cut and not self.waiting

    def before_checkpoint(self) -> None:
        """Set the history of a new branch aside. Raises OSError."""
        if self.is_held:
            branches.set_aside(self.folder.history, self.branch, self.first, self.waiting)

    def after_checkpoint(self) -> None:
        """Put the history of a new branch in place, and delete what is no part of it. Raises OSError."""
        if self.is_held:
            branches.settle(self.folder.history, self.folder.checkpoints, self.branch)
            self.is_held, self.is_cut = False, True
            self.waiting.clear()
