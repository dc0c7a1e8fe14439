"""Disk: room for runs and for temporary files."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.runtime import user_cache
from ganae_cli.storage.find_run import outputs
from ganae_cli.units import megabytes

LEAST, USUAL = 100_000_000, 1_000_000_000  # bytes


def check() -> Iterator[Finding]:
    """Yield the room in the folder of the runs and in that of temporary files, and whether they can be written."""
    yield of_folder("runs", outputs(), "GANAE_OUTPUTS=FOLDER or hydra.run.dir=FOLDER chooses another one")
    try:
        temporary = Path(tempfile.gettempdir())
    except FileNotFoundError as error:
        yield problem(str(error), "TMPDIR=FOLDER names a folder that can be written")
        return
    yield of_folder("temporary files", temporary, "TMPDIR=FOLDER chooses another one")


def of_folder(what: str, path: Path, advice: str) -> Finding:
    """Return whether a folder, or the nearest one above it that exists, has room and can be written."""
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return problem(f"{what}: {place} is a file, not a folder", advice)
    try:
        if not os.access(place, os.W_OK | os.X_OK):
            return problem(f"{what}: no permission to write in {place}", advice)
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(user_cache.PROBE)
            file.flush()
        free = user_cache.room(place)
    except OSError as error:
        return problem(f"{what}: {place}: {error.strerror}", advice)
    seen = f"{what}: {megabytes(free)} free in {path}"
    return problem(seen, advice) if free < LEAST else warning(seen, advice) if free < USUAL else ok(seen)
