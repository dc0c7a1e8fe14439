"""Files that are replaced whole, whenever the process dies."""

import subprocess
import sys

import pytest

from ganae_cli.storage.atomic import replacing, write_atomically

DIES = """
import os, sys
from pathlib import Path
from ganae_cli.storage.atomic import replacing
with replacing(Path(sys.argv[1])) as temporary:
    temporary.write_text("ne")
    os._exit(9)
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_new_text_takes_the_place_of_the_old(tmp_path):
    path = tmp_path / "status.json"
    write_atomically(path, "old")
    write_atomically(path, "né")
    assert path.read_bytes() == "né".encode()
    assert names(tmp_path) == ["status.json"]


def test_a_process_that_dies_while_writing_leaves_the_old_text(tmp_path):
    path = tmp_path / "status.json"
    write_atomically(path, "old")
    assert subprocess.run([sys.executable, "-c", DIES, str(path)]).returncode == 9
    assert path.read_text() == "old"
    write_atomically(path, "new")  # what the dead process left is not in the way
    assert path.read_text() == "new"
    assert names(tmp_path) == ["status.json"]


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    """The error is that of a full disk."""
    path = tmp_path / "sampler.npz"
    path.write_text("old")

    def write():
        with replacing(path) as temporary:
            temporary.write_text("ne")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["sampler.npz"]


def test_the_temporary_path_keeps_the_suffix(tmp_path):
    """numpy.savez adds .npz to a path without it, and Keras refuses weights files of another suffix."""
    with replacing(tmp_path / "step-00000001.weights.h5") as temporary:
        assert temporary.name.endswith(".weights.h5")
        assert temporary.parent == tmp_path
        temporary.touch()
