"""Kinds of files, by their first bytes: what Pillow writes is what it says."""

import io

import numpy as np
import pytest
from PIL import Image

from ganae_cli.datasets.pictures import kinds


@pytest.mark.parametrize("format", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM"])
def test_a_format_is_known_by_its_first_bytes(format):
    file = io.BytesIO()
    Image.fromarray(np.zeros((4, 5, 3), np.uint8)).save(file, format)
    assert kinds.format_of(file.getvalue()[: kinds.HEAD]) == format


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"", "it is empty"),
        (b"hello, world", "it is none of PNG, JPEG, BMP, GIF, WebP, TIFF, PGM and PPM"),
        (b"\0\0\0\x20ftypavif\0\0\0\0", "it is AVIF, which is not supported"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "it is HEIC, which is not supported"),
        (b"8BPS\0\1", "it is PSD, which is not supported"),
        (b"\0\0\0\x20ftypmp42\0\0\0\0", "it is none of PNG, JPEG, BMP, GIF, WebP, TIFF, PGM and PPM"),
    ],
)
def test_what_is_none_of_them_is_named(head, said):
    assert kinds.format_of(head) is None
    assert kinds.described(head) == said


def test_two_bytes_are_enough_where_the_suffix_agrees():
    assert kinds.format_of(b"P5 4 4 255 ...") == "PPM"
    assert kinds.format_of(b"P5 is the fifth programme", by_suffix=False) is None


@pytest.mark.parametrize(
    ("name", "ignored"),
    [(".DS_Store", True), ("Thumbs.db", True), ("__MACOSX", True), ("a.png", False), ("thumbs", False)],
)
def test_what_systems_leave_is_ignored(name, ignored):
    assert kinds.is_ignored(name) == ignored
