"""History: is there a row for each interval up to the newest checkpoint?"""

import csv
import itertools
from collections.abc import Iterator

from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.storage.run_folder import RunFolder


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield rows that cannot be read, are missing, doubled, or beyond the newest whole checkpoint."""
    path = folder.history.path
    newest = next((one for one in folder.checkpoints.list() if one.is_whole()), None)
    if not path.is_file():
        if newest:
            yield warning(f"{path.name} is missing", "the rows so far are lost; a resume writes those that follow")
        else:
            yield ok("none yet")
        return
    try:
        rows = [row for row in csv.reader(path.read_text(encoding="utf-8").splitlines()) if row]
    except UnicodeDecodeError as error:
        yield problem(f"{path.name} is no text (UTF-8): byte {error.start}", "mend it by hand, or put a copy back")
        return
    if not rows or rows[0][:1] != ["step"]:
        yield problem(f"{path.name}: its first line is no header that begins with step", "put the header back")
        return
    yield from _of_rows(rows, _last_row(newest), _log_every(folder))


def _of_rows(rows: list[list[str]], last: int | None, every: int | None) -> Iterator[Finding]:
    """Yield what is wrong with the rows. last: step of the last row that the newest checkpoint knows."""
    width, header = len(rows[0]), rows.pop(0)
    bad = [number for number, row in enumerate(rows, 2) if len(row) != width or not _is_step(row[0])]
    torn = bool(bad) and bad[-1] == len(rows) + 1
    steps = [int(row[0]) for row in rows if len(row) == width and _is_step(row[0])]
    if torn:
        bad.pop()
        yield warning("the last line was cut short", "a resume writes it again")
    if bad:
        listed = ", ".join(map(str, bad[:5]))
        yield problem(f"line {listed} cannot be read: {width} columns were expected, and a step", "mend them by hand")
    if any(later <= earlier for earlier, later in itertools.pairwise(steps)):
        yield problem("steps are doubled, or out of order", "two processes may have written at once: train anew")
    known = [step for step in steps if last is None or step <= last]
    missing = sorted(set(range(every, (last or 0) + 1, every)) - set(known)) if every else []
    if missing:
        yield warning(f"no row of step {', '.join(map(str, missing[:5]))}{' …' if missing[5:] else ''}")
    beyond = len(steps) - len(known)
    if last is not None and beyond:
        yield ok(f"{beyond} rows are newer than the checkpoint: a resume writes them again, with the same numbers")
    yield ok(f"{len(steps)} rows of {len(header)} columns{f', up to step {steps[-1]}' if steps else ''}")


def _is_step(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _last_row(newest) -> int | None:
    found = newest.about.get("last_row") if newest else None
    return found if isinstance(found, int) else None


def _log_every(folder: RunFolder) -> int | None:
    try:
        return int(folder.read_config().train.log_every) or None
    except (ValueError, TypeError, AttributeError):
        return None
