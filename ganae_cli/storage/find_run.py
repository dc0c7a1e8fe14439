"""The folder that holds all runs and sweeps, and how users name one of them."""

import os
from pathlib import Path

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.links import refuse_links
from ganae_cli.storage.run_folder import CONFIG, STUDY, SWEEP


def outputs() -> Path:
    """Return the folder that holds all runs: `outputs` in the current folder, or `GANAE_OUTPUTS`."""
    return Path(os.environ.get("GANAE_OUTPUTS") or "outputs").expanduser()


def is_sweep(path: Path) -> bool:
    """Return True for a sweep folder, which holds one numbered run folder per job; also for that of a study."""
    return not (path / CONFIG).exists() and any((path / name).exists() for name in (SWEEP, STUDY))


def is_study(path: Path) -> bool:
    """Return True for the folder of a study, a sweep whose jobs `ganae tune` makes up as it goes."""
    return is_sweep(path) and (path / STUDY).exists()


def list_folders(kind: str = "*") -> list[Path]:
    """Return the folders of runs (kind "train"), sweeps ("sweep") or studies ("tune"), oldest first; of all for "*"."""
    marks = (CONFIG, SWEEP, STUDY)
    found = {mark.parent for name in marks for mark in outputs().glob(f"{kind}/*/*/{name}")}
    return sorted(found, key=_place)


def list_sweeps() -> list[Path]:
    """Return the folders of sweeps and studies under `outputs()`, oldest first."""
    return sorted([*list_folders("sweep"), *list_folders("tune")], key=_place)


def _place(path: Path) -> tuple[str, str]:
    return path.parent.name, path.name


def find_run(text: str, or_sweep: bool = False) -> Path:
    """Return the folder of a run or sweep that the user named. Raises UserError if there is none, or more than one.

    Also for one with links among the files of a run: it may be a stranger's, and everything that opens a run begins
    here. text: a folder, `latest`, or a part of `<date>/<time>-<hex>` that no other name has. A beginning that only one
    name has counts before a part of several. Behind a sweep, `/3` is its job 3. or_sweep: `latest` may be a sweep.
    """
    found = _found(text, or_sweep)
    refuse_links(found)
    return found


def _found(text: str, or_sweep: bool) -> Path:
    given = Path(text).expanduser()
    if given.is_dir() and ((given / CONFIG).exists() or is_sweep(given)):
        return given
    known = list_folders()
    if text == "latest":
        runs = [path for path in known if or_sweep or (path / CONFIG).exists()]
        if not runs:
            raise UserError(f"no run yet under {outputs()}/")
        return runs[-1]
    matches = _matching(text, known)
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UserError(f"'{text}' is part of the names of {len(matches)} runs: {_listed(matches)}")
    if given.is_dir():
        raise UserError(f"{given} is not a run folder: it has no {CONFIG}")
    job = _job(text, known)
    if job:
        return job
    raise UserError(f"no run '{text}'{did_you_mean(text, [p.name for p in known])} (see: ganae list runs)")


def _matching(text: str, known: list[Path]) -> list[Path]:
    """Return the folders whose name the text is, else the only one that begins with it, else all that contain it."""
    names = {path: f"{path.parent.name}/{path.name}" for path in known}
    text = text.rstrip("/")
    if not text:
        return []
    same = [path for path, name in names.items() if text in (name, path.name)]
    beginning = [path for path, name in names.items() if name.startswith(text) or path.name.startswith(text)]
    parts = [path for path, name in names.items() if text in name]
    return next((found for found in (same, beginning) if len(found) == 1), parts)


def _listed(folders: list[Path], most: int = 8) -> str:
    """Return the folders as a list in words, the newest first, of which only so many are named."""
    named = [str(path) for path in reversed(folders)]
    rest = f" and {len(named) - most} older ones" if len(named) > most else ""
    return f"{', '.join(named[:most])}{rest}"


def _job(text: str, known: list[Path]) -> Path | None:
    """Return the folder of a job that is named behind a part of its sweep's name, as in `c0de/3`; None for none."""
    part, _, number = text.rstrip("/").rpartition("/")
    sweeps = _matching(part, known) if number.isascii() and number.isdecimal() else []
    job = sweeps[0] / number if len(sweeps) == 1 else None
    return job if job and (job / CONFIG).exists() else None
