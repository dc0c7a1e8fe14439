"""A real small disk: a tmpfs of a given size, where one can be mounted; elsewhere its tests are skipped."""

import contextlib
import os
import subprocess

import pytest


class SmallDisk:
    """A mounted disk. path: its folder."""

    def __init__(self, path):
        self.path = path
        self.filler = path / "filler"

    def fill(self, left=0):
        """Take all room but so many bytes."""
        with contextlib.suppress(OSError), self.filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        os.truncate(self.filler, max(0, self.filler.stat().st_size - left))

    def empty(self):
        """Give the room back."""
        self.filler.unlink(missing_ok=True)


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of 3 MB."""
    path = tmp_path / "disk"
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=20)
    except OSError:
        pytest.skip("no program `mount` here")
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True, timeout=20)
