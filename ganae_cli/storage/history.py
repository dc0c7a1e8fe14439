"""`history.csv` of a run: one row per reporting interval."""

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import append, replacing
from ganae_cli.storage.plain_file import keep_aside, read_bytes
from ganae_cli.terminal import tell

CLOCK_COLUMNS = ("seconds", "images_per_second")  # the only columns that differ between two equal runs
STEP = "step"
MOST_BYTES, MOST_LINES = 2**28, 2**21  # a line of a hostile file may be two bytes, and takes 200 of memory
MOST_FAULTS = 5  # that are put into words
_MARK = b"\xef\xbb\xbf"  # a byte order mark, which spreadsheets add


class _Line(NamedTuple):
    """A row that could be read: its step, and its bytes as they stand in the file."""

    step: int
    raw: bytes

    @property
    def cells(self) -> list[str]:
        return self.raw.decode("ascii").split(",")


class Scan(NamedTuple):
    """What a history holds: its header, the rows that can be read, and what is wrong with the others.

    faults: a sentence for each of the first lines that are no rows; more_faults: how many others there are. is_cut:
    behind the last line end there is something, which no row follows: a crash has cut it short.
    """

    header: bytes
    columns: list[str]
    lines: list[_Line]
    faults: list[str]
    more_faults: int
    is_cut: bool


class HistoryFile:
    """A CSV file with a header and one row of numbers per reporting interval; the first column is `step`.

    warn: is told in one line of damage, when it is mended; a copy of the damaged file stays as `NAME.damaged-1`.
    """

    def __init__(self, path: Path, warn: Callable[[str], object] = lambda line: tell(f"ganae: warning: {line}")):
        self.path, self.warn = path, warn
        self._columns: list[str] | None = None  # of the file, once this process has written to it

    def read(self) -> list[dict[str, str]]:
        """Return the rows as text, oldest first, without cells that are empty.

        Lines that are no rows of numbers are left out: a last row that a crash cut short, and lines that a disk or an
        editor has damaged. The first column is `step`, whatever a damaged header calls it. Raises UserError for a file
        that cannot be read at all.
        """
        found = self.scan()
        rows = (zip(found.columns, line.cells, strict=True) for line in found.lines)
        return [{column: cell for column, cell in row if cell} for row in rows]

    def cut(self, step: int) -> None:
        """Delete the rows after `step`: a resumed run writes them again. The bytes of the others stay as they are."""
        if not self.path.is_file():
            return
        found = self.scan()
        if found.faults:
            others = len(found.faults) - 1 + found.more_faults
            more = f" (and {others} more faults)" if others else ""
            place = keep_aside(self.path)
            self.warn(f"{self.path} is damaged, {found.faults[0]}{more}: whole rows are kept, the file as {place.name}")
        lines = [found.header, *(line.raw for line in found.lines if line.step <= step)]
        self._replace(b"".join(line + b"\n" for line in lines) if found.header else b"")

    def append(self, row: dict) -> None:
        """Add one row, all of it or nothing. The first one also writes the header, from its keys.

        Where the header names other columns, because it is damaged or of another version, it is written anew.
        """
        columns = [str(key) for key in row]
        size = self.path.stat().st_size if self.path.is_file() else 0
        if size and self._columns != columns:
            self._agree(columns)
            size = self.path.stat().st_size
        text = _csv(row.values()) if size else _csv(columns) + _csv(row.values())
        append(self.path, text)
        self._columns = columns

    def _agree(self, columns: list[str]) -> None:
        """Let the header of the file name these columns."""
        found = self.scan()
        if found.header == _csv(columns).rstrip("\n").encode():
            return
        if found.faults or not set(found.columns) <= set(columns):  # else settings have changed that add a column
            place = keep_aside(self.path).name
            self.warn(
                f"the header of {self.path} is not that of this run's columns: corrected; the file is kept as {place}"
            )
        texts = [line.raw.decode() + "\n" for line in found.lines]
        if len(columns) != len(found.columns) or set(columns) == set(found.columns):
            texts = [_csv(row.get(column, "") for column in columns) for row in self.read()]
        self._replace("".join([_csv(columns), *texts]).encode())

    def _replace(self, content: bytes) -> None:
        if content != self.path.read_bytes():
            with replacing(self.path) as temporary:
                temporary.write_bytes(content)

    def scan(self) -> Scan:
        """Return what the file holds. Raises UserError for a file that cannot be read at all, or is too long."""
        try:
            content = read_bytes(self.path, MOST_BYTES).removeprefix(_MARK)
        except FileNotFoundError:
            content = b""
        if b"\n" not in content and (content.startswith(b"step,") or b"step,".startswith(content)):
            content = b""  # a kill cut the very first line short: there was no row yet, and nothing is damaged
        if content.count(b"\n") > MOST_LINES:
            raise UserError(f"cannot read {self.path}: it has more than {MOST_LINES:,} lines")
        header, *raws = content.split(b"\n")
        header, faults = header.rstrip(b"\r"), []
        columns = header.decode("utf-8", "replace").split(",")
        if content and columns[0] != STEP:
            faults.append(f"its header begins with {columns[0]!r}, not with 'step'")
            columns[0] = STEP
            header = ",".join(columns).encode()
        lines: dict[int, _Line] = {}
        more_faults = 0
        for number, raw in enumerate(raws, start=2):
            raw = raw.rstrip(b"\r")
            line = _read_line(raw, len(columns))
            is_last = number == len(raws) + 1  # behind the last line end: nothing, or a row that a crash cut short
            if line is not None and line.step not in lines:
                lines[line.step] = line
            elif len(faults) >= MOST_FAULTS:
                more_faults += line is not None or not is_last
            elif line is not None:
                faults.append(f"line {number} has step {line.step}, which was there before")
            elif not is_last:
                faults.append(f"line {number} is no row of {len(columns)} numbers")
        if list(lines) != sorted(lines):
            faults.append("its steps are not in order")
        return Scan(header, columns, list(lines.values()), faults, more_faults, bool(raws and raws[-1]))


def _read_line(raw: bytes, columns: int) -> _Line | None:
    """Return a row of numbers, of which some may lack; None for anything else."""
    try:
        cells = raw.decode("ascii").split(",")
        if len(cells) != columns or not cells[0].isdigit() or len(cells[0]) > 18:
            return None
        for cell in cells[1:]:
            float(cell or "0")
    except ValueError:
        return None
    return _Line(int(cells[0]), raw)


def _csv(cells: Iterable[object]) -> str:
    """Return cells as a line of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
