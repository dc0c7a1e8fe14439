"""Evaluation: can it be read, and of which weights is it?"""

from collections.abc import Iterator

from ganae_cli.doctor.finding import Finding, ok, warning
from ganae_cli.errors import UserError
from ganae_cli.storage.evaluation_file import MOST_BYTES
from ganae_cli.storage.plain_file import read_json
from ganae_cli.storage.run_folder import RunFolder

ADVICE = "`ganae evaluate RUN` writes it anew"


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield what `evaluation.json` holds: tables of results leave out what cannot be read."""
    path = folder.evaluation.path
    try:
        found = read_json(path, MOST_BYTES)
    except FileNotFoundError:
        yield ok("none yet", "`ganae evaluate RUN` measures the model")
        return
    except UserError as error:
        yield warning(str(error), ADVICE)
        return
    entries = folder.evaluation.read()
    lost = len(found) - len(entries) if isinstance(found, list) else 0
    if not entries or lost:
        yield warning(f"{path.name} holds {lost:,} entries that are none" if lost else f"{path.name} is empty", ADVICE)
    steps = sorted({str(one["protocol"].get("step", "?")) for one in entries})
    if entries:
        newest = next((str(one.step) for one in folder.checkpoints.list()), "")
        older = "" if newest in steps else f", and the newest weights are of step {newest or '?'}"
        yield ok(f"{len(entries):,} entries, of step {', '.join(steps[:3])}{older}", ADVICE if older else "")
