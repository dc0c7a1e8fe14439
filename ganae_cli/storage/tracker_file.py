"""`tracker.json` of a run: how far trackers have been told of it, by name of the tracker."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.plain_file import is_whole, read_object

TRACKER = "tracker.json"
MOST_BYTES = 2**16
PLACE, SEAL = "place", "seal"  # beside the names of trackers: where the folder lay, and its seal (`runtime.seal`)
TIMES = ("seconds", "images_per_second")  # columns of the history that differ when the same steps are trained again
_RUN = re.compile(r"[\w-]{1,128}")


@dataclass(frozen=True)
class Told:
    """How far a tracker has been told: its run (None: none yet), the steps of its last row and picture.

    digest: of the last row, by which it is seen whether a training that goes on from an older checkpoint takes the same
    course. part: 1, or more after it took another one: each course is a run of the tracker's of its own.
    """

    run: str | None = None
    row: int = 0
    digest: str = ""
    picture: int = 0
    part: int = 1


class TrackerFile:
    """The file of one run folder. One that cannot be read counts as not there: a tracker is told all from the start."""

    def __init__(self, folder: Path):
        self.path = folder / TRACKER

    def read(self, name: str) -> Told:
        """Return how far a tracker has been told."""
        found = self._all().get(name)
        return Told(**found) if isinstance(found, dict) and _is_sound(found) else Told()

    @property
    def seal(self) -> object:
        """What stands where the folder's seal does."""
        return self._all().get(SEAL)

    def is_copy(self, base: Path) -> bool:
        """Return True if another folder, which is still there, has the same runs of trackers: this one is a copy.

        base: folder that the place of each is counted from.
        """
        found = self._all()
        before = found.get(PLACE)
        if not isinstance(before, str) or before == self._place(base):
            return False
        if {"", ".."} & set(before.split("/")) or not before.isprintable():  # no place that is written here
            return False
        other = TrackerFile(base / before)._all()
        return any(_run_of(one) is not None and _run_of(one) == _run_of(other.get(name)) for name, one in found.items())

    def settle(self, base: Path, seal: str | None) -> None:
        """Note where the folder lies, and its seal; a copy lets go of what trackers were told of the other folder.

        Raises OSError.
        """
        found = self._all()
        kept = {} if self.is_copy(base) else found
        new = kept | {PLACE: self._place(base), SEAL: seal}
        if new != found:
            write_atomically(self.path, json.dumps(new, indent=2) + "\n")

    def _place(self, base: Path) -> str:
        return self.path.parent.absolute().relative_to(base.absolute()).as_posix()

    def write(self, name: str, told: Told) -> None:
        """Note how far a tracker has been told; what the file says of others stays. Raises OSError."""
        write_atomically(self.path, json.dumps(self._all() | {name: asdict(told)}, indent=2) + "\n")

    def _all(self) -> dict[str, Any]:
        try:
            return read_object(self.path, MOST_BYTES)
        except (FileNotFoundError, UserError):
            return {}


def _run_of(found: object) -> object:
    return found.get("run") if isinstance(found, dict) else None


def _is_sound(found: dict[str, Any]) -> bool:
    if set(found) != set(asdict(Told())):
        return False
    texts, numbers = (found["run"], found["digest"]), (found["row"], found["picture"], found["part"])
    return (
        all(isinstance(text, str) for text in texts)
        and bool(_RUN.fullmatch(found["run"]))
        and all(map(is_whole, numbers))
    )


def digest(row: Mapping[str, Any]) -> str:
    """Return what tells a row of the history apart from others of its step: a hash of all but times and empty cells.

    row: of numbers, or of their texts in the file.

    >>> digest({"step": 100, "g.loss": 0.1, "fid": None}) == digest({"step": "100", "seconds": "3", "g.loss": "0.1"})
    True
    """
    cells = {name: float(value).hex() for name, value in row.items() if name not in TIMES and value not in (None, "")}
    return hashlib.sha256(json.dumps(sorted(cells.items())).encode()).hexdigest()[:16]
