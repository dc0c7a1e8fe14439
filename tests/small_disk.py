"""A small disk of its own, which a test fills and empties (Linux, as root)."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class Disk:
    """A tmpfs at `path`."""

    def __init__(self, path: Path):
        self.path, self.filler = path, path / "filler"

    def fill(self, leave: int = 0) -> None:
        """Take all room but so many bytes."""
        with contextlib.suppress(OSError), self.filler.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        with self.filler.open("ab") as file:
            file.truncate(max(0, file.tell() - leave))

    def empty(self) -> None:
        """Give the room back."""
        self.filler.unlink(missing_ok=True)

    def remount(self, how: str) -> None:
        """Mount it again, `ro` or `rw`."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.path)], check=True)


@contextlib.contextmanager
def mounted(path: Path, size: str = "8m") -> Iterator[Disk]:
    """Mount a disk for the time of a block; skip the test where that is not allowed."""
    path.mkdir()
    try:
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if made.returncode:
        pytest.skip("only root may mount a disk")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of 3 MB."""
    with mounted(tmp_path / "disk", "3m") as disk:
        yield disk
