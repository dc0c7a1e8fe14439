"""`history.csv` of a run: one row per reporting interval."""

import csv
from pathlib import Path

from ganae_cli.storage.atomic import write_atomically

CLOCK_COLUMNS = ("seconds", "images_per_second")  # the only columns that differ between two equal runs


class HistoryFile:
    """A CSV file with a header and one row per reporting interval; the first column is `step`."""

    def __init__(self, path: Path):
        self.path = path

    def read(self) -> list[dict[str, str]]:
        """Return the rows as text, oldest first. A last row that a crash cut short is left out."""
        if not self.path.is_file():
            return []
        with self.path.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row.get("step", "").isdigit()]
        return [row for row in rows if None not in row.values()]

    def cut(self, step: int) -> None:
        """Delete the rows after `step`: a resumed run writes them again."""
        rows = self.read()
        remaining = [row for row in rows if int(row["step"]) <= step]
        lines = [",".join(rows[0])] + [",".join(row.values()) for row in remaining] if rows else []
        text = "".join(f"{line}\n" for line in lines)
        if self.path.is_file() and text != self.path.read_text(encoding="utf-8"):
            write_atomically(self.path, text)

    def append(self, row: dict) -> None:
        """Add one row. The first one also writes the header, from its keys."""
        is_new = not self.path.is_file() or self.path.stat().st_size == 0
        with self.path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row, lineterminator="\n")
            if is_new:
                writer.writeheader()
            writer.writerow(row)
