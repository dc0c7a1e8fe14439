"""`history.csv` of a run: one row per reporting interval."""

import csv
import io
from pathlib import Path

from ganae_cli.storage.atomic import append, write_atomically

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
        """Add one row, all of it or nothing. The first one also writes the header, from its keys."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, row, lineterminator="\n")
        if not self.path.is_file() or self.path.stat().st_size == 0:
            writer.writeheader()
        writer.writerow(row)
        append(self.path, text.getvalue())
