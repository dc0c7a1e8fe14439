"""Rows of the history on their way to the file: none is missing later, and none is lost that the user may want back."""

from ganae_cli.storage.history import HistoryFile
from ganae_cli.training.writing import Writing


class Rows:
    """Writes rows to a history, and keeps those that cannot be written until they can be."""

    def __init__(self, file: HistoryFile, writing: Writing):
        self.file, self.writing = file, writing
        self.waiting: list[dict] = []

    def add(self, row: dict) -> None:
        """Write a row, behind those that wait."""
        self.waiting.append(row)
        self.write()

    def write(self) -> bool:
        """Write the rows that wait. Return True if none waits any more."""
        with self.writing.of("history", self.file.path):
            while self.waiting:
                self.file.append(self.waiting[0])
                del self.waiting[0]
        return not self.waiting

    def settle(self, step: int) -> None:
        del step
