"""The state of a sweep's jobs: a live table while they train, and `results.csv` with one row per job at the end."""

import contextlib
import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.run_folder import CONFIG, RESULTS, SWEEP, RunFolder

FINISHED = ("done",)


def job_folders(sweep: Path) -> list[Path]:
    """Return the run folders of a sweep, by job number."""
    return sorted((path.parent for path in sweep.glob(f"*/{CONFIG}")), key=lambda path: (len(path.name), path.name))


@contextlib.contextmanager
def live(sweep: Path) -> Iterator[Callable[..., None]]:
    """Show the jobs for the time of a block: a live table on a terminal, elsewhere one line per job that has ended.

    The block gets a function to call from time to time, and once with the folder of the job when it has ended.
    """
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield _print_line
        return
    with Live(console=console, auto_refresh=False) as shown:
        yield lambda ended=None: shown.update(_table(sweep), refresh=True)


def _print_line(ended: Path | None = None) -> None:
    if ended is not None:
        print(_line(ended), file=sys.stderr, flush=True)


def _line(path: Path) -> str:
    status = RunFolder(path).status()
    error = f": {status['error']}" if status.get("error") else ""
    named = " ".join(f"{key}={value}" for key, value in _swept(path.parent).get(path.name, {}).items())
    return f"job {path.name}  {named}  {status.get('state')} at step {status.get('step', 0)}{error}"


def _table(sweep: Path) -> Table:
    swept = _swept(sweep)
    keys = list(next(iter(swept.values()), {}))
    table = Table("job", *keys, "state", "step", "seconds", "error")
    for path in job_folders(sweep):
        status = RunFolder(path).status()
        step = f"{status.get('step', 0)}/{status.get('steps', '?')}"
        facts = (status.get("state", ""), step, f"{status.get('seconds') or 0:.0f}", status.get("error") or "")
        table.add_row(path.name, *(str(swept.get(path.name, {}).get(key, "")) for key in keys), *facts)
    return table


def _swept(sweep: Path) -> dict[str, dict[str, str]]:
    """Return job number -> the keys that differ between jobs, with their values."""
    jobs = json.loads((sweep / SWEEP).read_text())["jobs"] if (sweep / SWEEP).exists() else []
    return {str(number): swept for number, swept in enumerate(differing(jobs))}


def differing(jobs: list[list[str]]) -> list[dict[str, str]]:
    """Return, per job, the overrides that differ between jobs; all of them if there is only one job.

    >>> differing([["model=gan", "+seed=1"], ["model=gan", "+seed=2"]])
    [{'seed': '1'}, {'seed': '2'}]
    """
    given = [_overrides(job) for job in jobs]
    keys = [key for key in (given[0] if given else {}) if len(given) == 1 or len({job.get(key) for job in given}) > 1]
    return [{key: job.get(key, "") for key in keys} for job in given]


def _overrides(job: list[str]) -> dict[str, str]:
    """Return key -> value of the words KEY=VALUE."""
    split = [word.lstrip("+").partition("=") for word in job if "=" in word]
    return {key: value for key, _, value in split}


def finish(sweep: Path) -> int:
    """Write `results.csv` and print how many jobs are done. Return the exit code: 0 if all are, otherwise 1."""
    swept = _swept(sweep)
    rows = [_result(path, swept.get(path.name, {})) for path in job_folders(sweep)]
    columns = list(dict.fromkeys(key for row in rows for key in row if key not in ("seconds", "folder")))
    columns.sort(key=lambda key: "." in key and key not in next(iter(swept.values()), {}))  # the loss terms last
    text = io.StringIO()
    writer = csv.DictWriter(text, [*columns, "seconds", "folder"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(sweep / RESULTS, text.getvalue())
    done = sum(row["state"] in FINISHED for row in rows)
    print(f"{done} of {len(rows)} jobs done: {sweep / RESULTS}", file=sys.stderr)
    print(f"as a table: ganae list results {sweep}", file=sys.stderr)
    if done < len(rows):
        print(f"the others: ganae resume {sweep}", file=sys.stderr)
    return 0 if done == len(rows) else 1


def _result(path: Path, swept: dict[str, str]) -> dict[str, Any]:
    """Return the row of a job: its state, swept keys, metrics, and the loss terms of the last row of its history."""
    folder = RunFolder(path)
    status, last = folder.status(), (folder.history.read() or [{}])[-1]
    terms = {key: value for key, value in last.items() if "." in key and not key.endswith(".loss")}
    facts = {"job": path.name, "state": status.get("state", "pending")} | swept
    end = {"seconds": status.get("seconds", ""), "folder": os.path.relpath(path, path.parent)}
    return facts | status.get("metrics", {}) | terms | end
