"""History: is there a row for each interval up to the newest checkpoint?"""

import itertools
from collections.abc import Iterator, Sequence

from ganae_cli.doctor.checked import is_whole
from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.errors import UserError
from ganae_cli.storage.history import Scan
from ganae_cli.storage.run_folder import RunFolder

MOST_NAMED = 5


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield rows that cannot be read, are missing, doubled, or beyond the newest whole checkpoint."""
    path = folder.history.path
    newest = next((one for one in folder.checkpoints.list() if is_whole(one)), None)
    if not path.exists():
        if newest:
            yield warning(f"{path.name} is missing", "the rows so far are lost; a resume writes those that follow")
        else:
            yield ok("none yet")
        return
    try:
        found = folder.history.scan()
    except UserError as error:
        yield problem(str(error), "put a copy back")
        return
    last = newest.about.get("last_row") if newest else None
    yield from _of_rows(found, last, newest.step if newest else 0, _log_every(folder))


def _of_rows(found: Scan, last: int | None, reached: int, every: int | None) -> Iterator[Finding]:
    """Yield what is wrong with the rows. last: step of the last row that the newest checkpoint, of step `reached`, has.

    A run that ends within an interval writes a row of what there is of it, which its last checkpoint does not have.
    """
    if found.is_cut:
        yield warning("the last line was cut short", "a resume writes it again")
    if found.faults:
        more = f"; and {found.more_faults:,} more faults" if found.more_faults else ""
        yield warning(f"{'; '.join(found.faults)}{more}", "a resume keeps the whole rows, and a copy of the file")
    steps = [line.step for line in found.lines]
    known = [step for step in steps if last is None or step <= last]
    absent = list(itertools.islice(_missing(sorted(known), last, every), MOST_NAMED + 1))
    if absent:
        yield warning(f"no row of step {', '.join(map(str, absent[:MOST_NAMED]))}{' …' if absent[MOST_NAMED:] else ''}")
    beyond = sum(step > reached for step in steps)
    if last is not None and beyond:
        yield ok(f"{beyond} rows are newer than the checkpoint: a resume writes them again, with the same numbers")
    yield ok(f"{len(steps)} rows of {len(found.columns)} columns{f', up to step {steps[-1]}' if steps else ''}")


def _missing(steps: Sequence[int], last: int | None, every: int | None) -> Iterator[int]:
    """Yield steps that ought to have a row, in order; perhaps without end.

    every: the interval now. It may have been another one before, so a gap counts between rows that keep it only.

    >>> list(_missing([5, 10, 20, 25], 25, every=5)), list(_missing([10, 20, 30, 35, 40], 40, every=5))
    ([15], [])
    """
    edges = [0, *steps]
    gaps = [later - earlier for earlier, later in itertools.pairwise(edges)]
    for at in range(1, len(gaps)):
        if every and gaps[at] > every and gaps[at - 1] <= every and (at + 1 == len(gaps) or gaps[at + 1] <= every):
            yield from range((edges[at] // every + 1) * every, edges[at + 1], every)
    if last and last not in edges:
        yield last


def _log_every(folder: RunFolder) -> int | None:
    try:
        return max(0, int(folder.read_config().train.log_every)) or None
    except (ValueError, TypeError, AttributeError):
        return None
