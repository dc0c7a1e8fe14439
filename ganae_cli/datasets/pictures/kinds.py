"""Kinds of files: which are pictures, by their first bytes and by their suffix, and which are no business of ours."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import NamedTuple

HEAD = 32  # bytes from the beginning of a file that tell its kind
SUFFIXES = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".webp", ".tif", ".tiff"),
        *(".pgm", ".ppm", ".pbm", ".pnm"),
    )
)
UNSUPPORTED = frozenset(  # files of pictures that are counted and named, never skipped in silence
    (
        *(".avif", ".avifs", ".heic", ".heif", ".hif", ".jxl", ".jp2", ".j2k", ".jpx", ".svg", ".svgz", ".psd", ".exr"),
        *(".hdr", ".tga", ".ico", ".icns", ".pcx", ".dds", ".eps", ".raw", ".dng", ".nef", ".cr2", ".cr3", ".arw"),
        *(".orf", ".rw2", ".raf"),
    )
)
IGNORED = frozenset(("thumbs.db", "desktop.ini", "__macosx"))  # what systems leave in folders; and all hidden names
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    *((start, "TIFF") for start in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
)
_SHORT_STARTS = ((b"BM", "BMP"), *((b"P%d" % number, "PPM") for number in range(1, 7)))  # which a text may have, too
_OTHERS = (
    (b"8BPS", "PSD"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\0\0\1\0", "ICO"),
    (b"<svg", "SVG"),
)
NAMES = "PNG, JPEG, BMP, GIF, WebP, TIFF, PGM and PPM"


def format_of(head: bytes, by_suffix: bool = True) -> str | None:
    """Return Pillow's name of the format of a file that begins with `head`; None for a file of another kind.

    by_suffix: the suffix says that it is a picture, so two bytes are enough.

    >>> format_of(b"GIF89a..."), format_of(b"BMW is a maker of cars", by_suffix=False)
    ('GIF', None)
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    starts = (*_STARTS, *_SHORT_STARTS) if by_suffix else _STARTS
    return next((name for start, name in starts if head.startswith(start)), None)


class Kinds(NamedTuple):
    """Which files of a tree a dataset takes, and what it calls them.

    dataset: its name. one: what a file is. suffixes: of files that are taken; unsupported: of files that are counted
    and named. knows: first bytes of a file -> if it is taken, whatever its suffix. others: what to convert the
    unsupported to.
    """

    dataset: str
    one: str
    suffixes: frozenset[str]
    unsupported: frozenset[str]
    knows: Callable[[bytes], bool]
    others: str


PICTURES = Kinds(
    "image_folder",
    "picture",
    SUFFIXES,
    UNSUPPORTED,
    lambda head: format_of(head, by_suffix=False) is not None,
    "PNG or JPEG",
)


def described(head: bytes) -> str:
    """Return what a file that is no picture of ours is instead, by its first bytes.

    >>> described(b"\\0\\0\\0\\x1cftypheic\\0\\0"), described(b"")
    ('it is HEIC, which is not supported', 'it is empty')
    """
    if not head:
        return "it is empty"
    other = next((name for start, name in _OTHERS if head.startswith(start)), None)
    if head[4:8] == b"ftyp":
        other = "AVIF" if head[8:11] == b"avi" else "HEIC" if head[8:10] in (b"he", b"mi", b"ms") else None
    return f"it is {other}, which is not supported" if other else f"it is none of {NAMES}"


def suffix(name: str) -> str:
    """Return the suffix of a name in lower case, with its dot; "" for none.

    >>> suffix("holiday/IMG_0001.JPG")
    '.jpg'
    """
    return PurePosixPath(name).suffix.lower()


def is_ignored(part: str) -> bool:
    """Return True for a file or folder that systems make: hidden, or a store of thumbnails."""
    return part.startswith(".") or part.lower() in IGNORED
