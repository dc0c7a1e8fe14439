"""Whether a run's folder was made where it is, by this user: if not, it may be a stranger's."""

from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.runtime import seal
from ganae_cli.storage.tracker_file import TrackerFile
from ganae_cli.sweeps.sweep_file import SweepFile


def is_own(path: Path) -> bool:
    """Return True if the folder of a run has a valid seal, or that of the sweep that it is a job of."""
    if seal.is_valid(path, TrackerFile(path).seal):
        return True
    sweep = path.absolute().parent
    try:
        return path.name.isdecimal() and seal.is_valid(sweep, SweepFile(sweep).seal)
    except UserError:  # it cannot be read
        return False
