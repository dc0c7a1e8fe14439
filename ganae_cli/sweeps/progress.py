"""How far a job has come: its rate, the number to judge it by, and the time that it still takes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ganae_cli.storage.plain_file import read_end, read_start
from ganae_cli.storage.run_folder import HISTORY, RunFolder
from ganae_cli.units import duration

HEAD = 2**14  # bytes that hold the header of a history
TAIL = 2**15  # bytes that hold its last rows
LOSS = "loss"  # the column of jobs that are judged by no number of their own


class Cells(NamedTuple):
    """Cells of a job's row in the table; "" for what is not known."""

    rate: str = ""
    judged: str = ""
    left: str = ""


class Progress:
    """Looks at the jobs of a sweep while they train; their files say all of it, whichever process trains them."""

    def __init__(self) -> None:
        self._first: dict[Path, tuple[int, float]] = {}  # step and seconds of a job at the first look at its training
        self._rows: dict[Path, tuple[int, dict[str, str]]] = {}  # when its history was written, and its last row

    def cells(self, job: RunFolder, status: Mapping[str, Any], metric: str | None) -> Cells:
        """Return the cells of a job. metric: by which jobs are judged, a column of the history; None for their loss."""
        row = self._row(job.path)
        rate = f"{float(row['images_per_second']):,.0f}/s" if row.get("images_per_second") else ""
        left = self.left(job.path, status)
        return Cells(rate, judged(row, metric), "" if left is None else duration(left))

    def left(self, path: Path, status: Mapping[str, Any]) -> float | None:
        """Return the seconds that a job still takes, by the pace since the first look; None if it does not train."""
        step, seconds, steps = status.get("step", 0), status.get("seconds") or 0.0, status.get("steps")
        if status.get("state") != "running" or not steps:
            self._first.pop(path, None)
            return None
        first = self._first.setdefault(path, (step, seconds))
        if step <= first[0] or seconds <= first[1]:
            return None
        return (seconds - first[1]) / (step - first[0]) * (steps - step)

    def _row(self, path: Path) -> dict[str, str]:
        """Return the last values of a job's history, by column; {} for a job without one."""
        try:
            written = (path / HISTORY).stat().st_mtime_ns
        except OSError:
            return {}
        known = self._rows.get(path)
        if known is None or known[0] != written:
            self._rows[path] = written, last_row(path / HISTORY)
        return self._rows[path][1]


def last_row(history: Path) -> dict[str, str]:
    """Return the last value of each column of a history, of its last rows only; {} for what is no history."""
    header = read_start(history, HEAD).partition(b"\n")[0].decode("utf-8", "replace").rstrip("\r").split(",")
    lines = read_end(history, TAIL).decode("utf-8", "replace").split("\n")[1:-1]  # the first may be cut
    rows = [dict(zip(header, cells, strict=True)) for line in lines if len(cells := line.split(",")) == len(header)]
    found: dict[str, str] = {}
    for row in rows:
        found |= {column: cell for column, cell in row.items() if cell and _is_number(cell)}
    return found


def judged(row: Mapping[str, str], metric: str | None) -> str:
    """Return the number by which a job is judged; without a metric, its first loss and whose it is.

    >>> judged({"step": "9", "generator.loss": "0.69314", "fid": "12.3456"}, "fid")
    '12.3'
    >>> judged({"step": "9", "generator.loss": "0.69314", "fid": "12.3456"}, None)
    'generator 0.693'
    """
    if metric is not None:
        return f"{float(row[metric]):.3g}" if metric in row else ""
    name = next((column for column in row if column.endswith(f".{LOSS}")), None)
    return f"{name.removesuffix(f'.{LOSS}')} {float(row[name]):.3g}" if name else ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
