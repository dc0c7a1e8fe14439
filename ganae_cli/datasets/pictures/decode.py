"""From the bytes of a picture to its pixels, by Pillow; 16 bits a channel by `sixteen_bit`, where Pillow drops half.

============================  =========================================================================================
what a file holds             what becomes of it
============================  =========================================================================================
1, 2, 4 bits; palettes        grey, or colours
16 bits a channel             divided by 257 and rounded, so that 65535 becomes 255
whole numbers of 32 bits,     refused: nothing says what is black and what is white
signed ones, floats
CMYK, YCbCr, HSV              RGB
transparency                  laid over white; kept with 4 channels, where pictures without it are opaque
EXIF orientation              turned upright
several frames or pages       the first
============================  =========================================================================================
"""

import contextlib
import ctypes
import io
import struct
import warnings
from typing import IO, NamedTuple

import numpy as np
from PIL import ExifTags, Image, TiffImagePlugin

from ganae_cli.datasets.pictures import kinds, sixteen_bit
from ganae_cli.datasets.pictures.fit import fitted
from ganae_cli.datasets.pictures.tree import Entry, Tree, Unreadable
from ganae_cli.errors import in_one_line
from ganae_cli.storage.npz_file import FAULTS as FAULTS_OF_FILES

VERSION = 2  # of what these functions make of a file: decoded pictures are kept between runs
MOST_PIXELS = 89_478_485  # of one picture: 256 MB of RGB, where Pillow begins to warn of attacks
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
MODES = {1: "L", 3: "RGB", 4: "RGBA"}
GREY = ("1", "L", "I", "I;16", "I;16B", "I;16L", "F", "LA", "La")
FAULTS = (*FAULTS_OF_FILES, struct.error, Image.DecompressionBombError, AssertionError)
warnings.filterwarnings("ignore", module=r"PIL\.|ganae_cli\.datasets\.pictures")  # of damaged metadata, to stderr
with contextlib.suppress(OSError, AttributeError):  # where libtiff is a part of Pillow's own library, as on Windows
    _libraries = ctypes.CDLL(Image.core.__file__)  # Pillow's, and those that it is linked to
    _libraries.TIFFSetErrorHandler(None)  # libtiff writes lines of its own to stderr
    _libraries.TIFFSetWarningHandler(None)


class Header(NamedTuple):
    """What a picture is by its header, upright. size: (height, width). bits: of a channel, as they are stored."""

    size: tuple[int, int]
    is_grey: bool
    has_alpha: bool
    bits: int = 8


class Wanted(NamedTuple):
    """What pictures are to become. size: (height, width); None: as they are. how: crop, pad or stretch."""

    size: tuple[int, int] | None
    how: str
    channels: int


def header(tree: Tree, entry: Entry) -> Header:
    """Return what a picture is, without decoding it. Raises Unreadable."""
    with tree.open(entry) as file:
        picture = _opened(file)
        try:
            width, height = picture.size
            if _turn(picture) in (5, 6, 7, 8) and picture.format != "TIFF":  # Pillow turns a TIFF itself
                width, height = height, width
            return Header((height, width), _is_grey(picture), picture.has_transparency_data, _bits(picture))
        except FAULTS as error:
            raise Unreadable(reason(error)) from error


def pixels(content: bytes, wanted: Wanted) -> np.ndarray:
    """Return a picture as uint8 (height, width, channels). Raises Unreadable."""
    try:
        picture = _opened(io.BytesIO(content))
        upright = _upright(picture, content)
        made = _in_mode(upright, MODES[wanted.channels])
        if wanted.size:
            made = fitted(made, wanted.size, wanted.how)
        found = np.asarray(made)
    except FAULTS as error:
        raise Unreadable(reason(error)) from error
    return found.reshape(*found.shape[:2], wanted.channels)


def reason(error: BaseException) -> str:
    """Return what an error of a decoder says; its numbers of errors say nothing to a user."""
    text = in_one_line(error)
    return sixteen_bit.DAMAGED if text.startswith("decoder error") else text


def _opened(file: IO[bytes]) -> Image.Image:
    """Return a picture whose header is read. Raises Unreadable for what is none, or too large."""
    try:
        head = file.read(kinds.HEAD)
        file.seek(0)
        found = kinds.format_of(head)
        if found is None:
            raise Unreadable(kinds.described(head))
        picture = Image.open(file, formats=(found,))
    except FAULTS as error:
        if "cannot identify image file" not in str(error):
            raise Unreadable(reason(error)) from error
        unknown = ", or its pixels are of a kind that is not read: save it as PNG" if found == "TIFF" else ""
        raise Unreadable(f"its header is damaged{unknown}") from error
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Unreadable(f"it has {width * height:,} pixels, more than {MOST_PIXELS:,}")
    if width * height == 0:
        raise Unreadable("it has no pixels")
    return picture


def _turn(picture: Image.Image) -> int:
    """Return the EXIF orientation, 1 for upright, as far as it stands before the pixels."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        return picture.tag_v2.get(ExifTags.Base.Orientation, 1)
    if "exif" not in picture.info:
        return 1
    found = Image.Exif()
    try:
        found.load(picture.info["exif"])
        return found.get(ExifTags.Base.Orientation, 1)
    except FAULTS:  # damaged metadata of a whole picture
        return 1


def _is_grey(picture: Image.Image) -> bool:
    if picture.mode in ("P", "PA"):
        palette = np.array(picture.getpalette() or [], np.uint8).reshape(-1, 3)
        return bool((palette == palette[:, :1]).all())
    return picture.mode in GREY or sixteen_bit.is_grey(picture)


def _bits(picture: Image.Image) -> int:
    """Return the bits of a channel: 1, 8, 16 or 32."""
    if picture.mode.startswith("I;16") or sixteen_bit.is_needed(picture):
        return 16
    is_wide = picture.mode in ("I", "F")
    return {"1": 1}.get(picture.mode, (16 if picture.format == "PNG" else 32) if is_wide else 8)


def _upright(picture: Image.Image, content: bytes) -> Image.Image:
    """Return a picture of 8 bits, turned as its orientation says."""
    turn = _turn(picture)
    sixteen_bit.refuse_signed(picture)
    if sixteen_bit.is_needed(picture):
        found = sixteen_bit.read(picture, content)
    else:
        is_tiff = picture.format == "TIFF"
        found = sixteen_bit.of_grey(picture) if picture.mode[0] in "IF" else picture
        found.load()
        turn = 1 if is_tiff else turn
    return found.transpose(TURNS[turn]) if turn in TURNS else found


def _in_mode(picture: Image.Image, mode: str) -> Image.Image:
    """Return a picture as L, RGB or RGBA."""
    picture = picture.convert("LA") if picture.mode == "La" else picture  # the only way that Pillow knows from there
    if picture.has_transparency_data and mode != "RGBA":
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        picture = Image.alpha_composite(white, seen).convert("RGB")
    return picture if picture.mode == mode else picture.convert(mode)
