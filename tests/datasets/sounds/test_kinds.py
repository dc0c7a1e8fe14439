"""Kinds of files of sound, by their first bytes: what soundfile writes is what it says."""

import numpy as np
import pytest

from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.sounds import kinds
from tests.datasets.recordings import write


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.aiff"])
def test_a_format_is_known_by_its_first_bytes(name, tmp_path):
    head = write(tmp_path / name, np.zeros(4000)).read_bytes()[:16]
    assert kinds.format_of(head) == name.partition(".")[2].upper()


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"", "it is empty"),
        (b"hello, world", "it is none of WAV, FLAC, OGG, MP3 and AIFF"),
        (b"RIFF\0\0\0\0AVI LIST", "it is none of WAV, FLAC, OGG, MP3 and AIFF"),
        (b"\0\0\0\x20ftypM4A ", "it is MP4, which is not supported"),
        (b"MThd\0\0\0\6", "it is MIDI, which is not supported"),
    ],
)
def test_what_is_none_of_them_is_named(head, said):
    assert kinds.format_of(head) is None
    assert kinds.described(head) == said


def test_two_bytes_are_enough_where_the_suffix_agrees():
    assert kinds.format_of(b"\xff\xfb\x90\0") == "MP3"
    assert kinds.format_of("text".encode("utf-16"), by_suffix=False) is None, "it begins with FF FE"


def test_which_files_of_a_tree_are_sounds(tmp_path):
    """By their suffix in any case, or by their content; a folder that is called like a sound is a folder."""
    for name, content in {
        **{"B.WAV": b"?", "deep/a.flac": b"?", "a.wav/inner.ogg": b"?", "no_suffix": b"fLaC"},
        **{"cover.png": b"\x89PNG\r\n\x1a\n", "x.m4a": b"?", ".hidden.wav": b"?", "list.txt": b"RIFF is a riff"},
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    tree = FolderTree(tmp_path, kinds.SOUNDS)
    assert [entry.name for entry in tree.entries] == ["B.WAV", "a.wav/inner.ogg", "deep/a.flac", "no_suffix"]
    assert {kind: count for kind, count in tree.others.items() if count} == {".png": 1, ".m4a": 1, ".txt": 1}
