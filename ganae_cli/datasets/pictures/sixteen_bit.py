"""Pictures of 16 bits a channel: Pillow keeps those of one channel, and drops the lower half of others in silence.

PNG is read by TensorFlow, TIFF by tifffile. All become 8 bits by v / 257, rounded: 0 stays 0, 65535 becomes 255.
"""

import io
import logging

import numpy as np
from PIL import Image, TiffImagePlugin

from ganae_cli.datasets.pictures.tree import Unreadable

UNKNOWN = "its pixels are {}, whose black and white are not known; save it with 8 or 16 bits"


def is_needed(picture: Image.Image) -> bool:
    """Return True for a picture of several channels of 16 bits."""
    if picture.format == "PNG":
        return _as_stored(picture).endswith(";16B") and picture.mode[0] != "I"
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        bits = picture.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))
        return len(bits) > 1 and max(bits) > 8
    return False


def is_grey(picture: Image.Image) -> bool:
    """Return True for a grey picture with alpha, of 16 bits, which Pillow calls RGBA."""
    return picture.format == "PNG" and _as_stored(picture) == "LA;16B"


def _as_stored(picture: Image.Image) -> str:
    """Return Pillow's name of how the pixels lie in the file, such as RGB;16B; "" if there are none."""
    tiles = getattr(picture, "tile", ())
    return str(tiles[0].args) if tiles else ""


def read(picture: Image.Image, content: bytes) -> Image.Image:
    """Return a picture of several channels of 16 bits with 8. Raises Unreadable, or what a library raises."""
    found = _from_png(content) if picture.format == "PNG" else _from_tiff(content)
    return Image.fromarray(_eight(found, 65535), {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[found.shape[2]])


def of_grey(picture: Image.Image) -> Image.Image:
    """Return a picture of one channel of 16 bits with 8. Raises Unreadable for 32 bits and for floats."""
    if picture.mode[0] == "F":
        raise Unreadable(UNKNOWN.format("floats"))
    white, is_inverted = 65535, False
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        bits = picture.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))[0]
        white, is_inverted = 2**bits - 1, picture.tag_v2.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, 1) == 0
        is_signed = picture.tag_v2.get(TiffImagePlugin.SAMPLEFORMAT, (1,))[0] == 2
        if bits > 16 or is_signed:
            raise Unreadable(UNKNOWN.format(f"{'signed ' if is_signed else ''}numbers of {bits} bits"))
    found = _eight(np.asarray(picture).astype(np.int64), white)
    return Image.fromarray(255 - found if is_inverted else found)


def _eight(found: np.ndarray, white: int) -> np.ndarray:
    """Return whole numbers 0 … white as 0 … 255, rounded."""
    return ((found.astype(np.int64) * 510 + white) // (2 * white)).clip(0, 255).astype(np.uint8)


def _from_png(content: bytes) -> np.ndarray:
    import tensorflow as tf

    try:
        with tf.device("/CPU:0"):
            return tf.io.decode_png(content, dtype=tf.uint16).numpy()
    except tf.errors.OpError as error:
        raise Unreadable(" ".join(str(error.message).split())[:200]) from error


def _from_tiff(content: bytes) -> np.ndarray:
    import tifffile

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # its notes on damaged tags go to stderr
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        page = file.pages.first
        if page.dtype != np.uint16 or page.ndim not in (2, 3) or page.photometric not in (1, 2):
            raise Unreadable(UNKNOWN.format(f"{page.dtype} {page.shape}"))
        found = page.asarray()
        if page.planarconfig == 2 and found.ndim == 3:
            found = np.moveaxis(found, 0, -1)
    found = found if found.ndim == 3 else found[..., None]
    if found.shape[2] > 4:
        raise Unreadable(f"it has {found.shape[2]} channels, expected at most 4")
    return found
