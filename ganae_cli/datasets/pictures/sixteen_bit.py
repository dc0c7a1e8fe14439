"""Pictures of 16 bits a channel: Pillow keeps those of one channel, and drops the lower half of others in silence.

PNG is read by TensorFlow, TIFF by tifffile. All become 8 bits by v / 257, rounded: 0 stays 0, 65535 becomes 255.
What Pillow would make of pictures of 8 bits is made here, too: one colour of a PNG may stand for transparency, and a
channel of a TIFF beyond its colours is transparency only if its tag ExtraSamples says so.
"""

import io
import logging
import threading
from types import ModuleType

import numpy as np
from PIL import Image, TiffImagePlugin

from ganae_cli.datasets.pictures.tree import Unreadable
from ganae_cli.runtime.import_tensorflow import import_tensorflow

DAMAGED = "its pixels are damaged"
SIGNED = 2  # of the tag SampleFormat
COLOURS = {1: 1, 2: 3}  # photometric interpretation, grey or RGB -> channels
MULTIPLIED, PLAIN = 1, 2  # of the tag ExtraSamples: how transparency is stored; 0 is any other measure
_importing = threading.Lock()
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
    found = _with_clear(found, picture.info.get("transparency"))
    return Image.fromarray(_eight(found, 65535), {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[found.shape[2]])


def of_grey(picture: Image.Image) -> Image.Image:
    """Return a picture of one channel of 16 bits with 8. Raises Unreadable for 32 bits and for floats."""
    if picture.mode[0] == "F":
        raise Unreadable(UNKNOWN.format("floats"))
    white, is_inverted = 65535, False
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        bits = picture.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))[0]
        white, is_inverted = 2**bits - 1, picture.tag_v2.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, 1) == 0
        if bits > 16:
            raise Unreadable(UNKNOWN.format(f"numbers of {bits} bits"))
    values = np.asarray(picture)
    found = _eight(values, white)
    found = 255 - found if is_inverted else found
    clear = picture.info.get("transparency")
    if isinstance(clear, int):
        return Image.fromarray(np.stack([found, np.where(values == clear, 0, 255).astype(np.uint8)], axis=2), "LA")
    return Image.fromarray(found)


def refuse_signed(picture: Image.Image) -> None:
    """Raise Unreadable for a TIFF of signed numbers, which Pillow takes for unsigned ones if they have 8 bits."""
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        return
    if SIGNED in picture.tag_v2.get(TiffImagePlugin.SAMPLEFORMAT, (1,)):
        raise Unreadable(UNKNOWN.format("signed numbers"))


def _eight(found: np.ndarray, white: int) -> np.ndarray:
    """Return whole numbers 0 … white as 0 … 255, rounded."""
    return ((found.clip(0, white).astype(np.int32) * 510 + white) // (2 * white)).astype(np.uint8)


def _with_clear(found: np.ndarray, clear: object) -> np.ndarray:
    """Return colours uint16 (height, width, 3) with transparency, where one of them stands for it; others as they are.

    clear: that colour, red, green and blue.
    """
    if found.shape[2] != 3 or not isinstance(clear, tuple):
        return found
    alpha = np.where((found == np.array(clear)).all(axis=2, keepdims=True), 0, 65535)
    return np.concatenate([found, alpha.astype(np.uint16)], axis=2)


def _tensorflow() -> ModuleType:
    with _importing:  # by one thread, or the lines that are held back get mixed up
        return import_tensorflow()


def _from_png(content: bytes) -> np.ndarray:
    tf = _tensorflow()
    try:
        with tf.device("/CPU:0"):
            return tf.io.decode_png(content, dtype=tf.uint16).numpy()
    except tf.errors.OpError as error:
        raise Unreadable(DAMAGED) from error


def _from_tiff(content: bytes) -> np.ndarray:
    import tifffile

    logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # its notes on damaged tags go to stderr
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        page = file.pages.first
        if page.photometric not in COLOURS:
            name = getattr(page.photometric, "name", page.photometric)
            raise Unreadable(f"its colours are {name} of 16 bits, which is not read; save it as RGB")
        if page.dtype != np.uint16 or page.ndim not in (2, 3):
            raise Unreadable(UNKNOWN.format(f"{page.dtype} {page.shape}"))
        found, extra, colours = page.asarray(), page.extrasamples, COLOURS[page.photometric]
        if page.planarconfig == 2 and found.ndim == 3:
            found = np.moveaxis(found, 0, -1)
    found = found if found.ndim == 3 else found[..., None]
    kind = int(extra[0]) if extra else 0
    if found.shape[2] < colours or kind not in (MULTIPLIED, PLAIN):
        return found[..., :colours]
    found = found[..., : colours + 1]
    return _divided(found) if kind == MULTIPLIED else found


def _divided(found: np.ndarray) -> np.ndarray:
    """Return colours uint16 that are multiplied by their opacity, the last channel, as they are without it."""
    alpha = found[..., -1:].astype(np.float32)
    whole = np.divide(
        found[..., :-1] * np.float32(65535), alpha, out=np.zeros(found[..., :-1].shape, np.float32), where=alpha > 0
    )
    return np.concatenate([np.rint(whole).clip(0, 65535).astype(np.uint16), found[..., -1:]], axis=2)
