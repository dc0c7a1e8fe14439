"""Arrays that took long to compute, kept between runs in the user's cache: plain numbers in .npz files.

Each file is named by all that determines its arrays. Others see a file as a whole or not at all, and two processes may
write the same one at once. A file that cannot be read, or that others may have written, counts as none, and is written
anew; a cache that cannot be used is done without.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.runtime import user_cache
from ganae_cli.storage.npz_file import FAULTS, read_stored

LEAST_FREE = 10_000_000  # bytes of the disk
MOST_BYTES, MOST_OF_ONE = 10**9, 2 * 10**8


class KeptArrays:
    """The files of a cache.

    variable: name of the environment variable that names another folder, or is `off`. folder: its name in the user's
    cache. what: it keeps, for the warning. most_files, most_bytes: of all files together; the ones that were not used
    for longest are deleted first. Files above 200 MB are not kept.
    """

    def __init__(self, variable: str, folder: str, what: str, most_files: int, most_bytes: int = MOST_BYTES):
        self.variable, self.folder, self.what = variable, folder, what
        self.most_files, self.most_bytes = most_files, most_bytes

    def place(self, name: str, say: Callable[[str], object] = lambda line: None) -> Path | None:
        """Return the path for a name, its folder made if it is missing; None, and say why, if it cannot be used."""
        folder = user_cache.folder(self.variable, self.folder)
        fault = user_cache.made(folder, LEAST_FREE) if folder else None
        if fault:
            say(f"ganae: warning: no cache of {self.what}: {fault}; {self.variable} names another folder, or is off")
        return folder / f"{name}.npz" if folder and not fault else None

    def read(self, path: Path) -> dict[str, np.ndarray] | None:
        """Return the arrays of a file by name; None if there is no whole file of this user."""
        try:
            if not user_cache.is_own_file(path):
                return None
            found = read_stored(path, MOST_OF_ONE)
            os.utime(path)
            return found
        except (UserError, *FAULTS):
            return None

    def write(self, path: Path, arrays: dict[str, np.ndarray]) -> None:
        """Write the arrays, if they are small enough and the disk takes them."""
        if sum(array.nbytes for array in arrays.values()) > min(MOST_OF_ONE, self.most_bytes):
            return
        with contextlib.suppress(OSError):
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".tmp-", suffix=".npz")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, allow_pickle=False, **arrays)
                os.replace(temporary, path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            self._delete_oldest(path.parent)

    def _delete_oldest(self, folder: Path) -> None:
        facts = [(path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.npz")]
        total = 0
        for number, (_, size, path) in enumerate(sorted(facts, reverse=True), 1):
            total += size
            if number > self.most_files or total > self.most_bytes:
                path.unlink(missing_ok=True)


CLASSIFIERS = KeptArrays("GANAE_CLASSIFIER_CACHE", "classifiers", "classifiers", most_files=100)
REFERENCES = KeptArrays("GANAE_FEATURE_CACHE", "features", "features of real rows", most_files=200)
