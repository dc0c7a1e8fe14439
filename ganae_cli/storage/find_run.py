"""The folder that holds all runs and sweeps, and how users name one of them."""

import os
from pathlib import Path

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.run_folder import CONFIG, SWEEP


def outputs() -> Path:
    """Return the folder that holds all runs: `outputs` in the current folder, or `GANAE_OUTPUTS`."""
    return Path(os.environ.get("GANAE_OUTPUTS") or "outputs").expanduser()


def is_sweep(path: Path) -> bool:
    """Return True for a sweep folder, which holds one numbered run folder per job."""
    return not (path / CONFIG).exists() and (path / SWEEP).exists()


def list_folders(kind: str = "*") -> list[Path]:
    """Return the run folders (kind "train") or sweep folders (kind "sweep") under `outputs()`, oldest first."""
    marks = (CONFIG, SWEEP)
    found = {mark.parent for name in marks for mark in outputs().glob(f"{kind}/*/*/{name}")}
    return sorted(found, key=lambda path: (path.parent.name, path.name))


def find_run(text: str, or_sweep: bool = False) -> Path:
    """Return the folder of a run or sweep that the user named. Raises UserError if there is none, or more than one.

    text: a folder, a unique beginning of `<date>/<time>-<hex>` or of `<time>-<hex>`, or `latest`.
    or_sweep: `latest` may be a sweep.
    """
    given = Path(text).expanduser()
    if given.is_dir() and ((given / CONFIG).exists() or is_sweep(given)):
        return given
    known = list_folders()
    if text == "latest":
        runs = [path for path in known if or_sweep or (path / CONFIG).exists()]
        if not runs:
            raise UserError(f"no run yet under {outputs()}/")
        return runs[-1]
    matches = [p for p in known if p.name.startswith(text) or f"{p.parent.name}/{p.name}".startswith(text)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UserError(f"'{text}' is the beginning of {len(matches)} runs: {', '.join(map(str, matches[:4]))}")
    if given.is_dir():
        raise UserError(f"{given} is not a run folder: it has no {CONFIG}")
    raise UserError(f"no run '{text}'{did_you_mean(text, [p.name for p in known])} (see: ganae list runs)")
