"""Pictures at another size: cut, padded or stretched, by Pillow's bicubic filter, whose support grows as it shrinks.

So nothing is aliased: each pixel of a smaller picture is an average over all that it stands for (Parmar et al. 2022,
arXiv:2104.11222, compare libraries in this). It is computed for the rows, then for the columns, each in 8 bits.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PIL import Image, ImageOps

from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.datasets.rows import Array, Rows
from ganae_cli.errors import UserError

Resize = Literal["crop", "pad", "stretch"]
FILTER = Image.Resampling.BICUBIC


def sides(image_size: int | Sequence[int] | None) -> tuple[int, int] | None:
    """Return (height, width) of the option `dataset.image_size`; None for null. Raises UserError for anything else.

    >>> sides(32), sides([48, 64])
    ((32, 32), (48, 64))
    """
    if image_size is None:
        return None
    found = [image_size, image_size] if isinstance(image_size, int) else list(image_size)
    if len(found) != 2 or any(isinstance(side, bool) or not isinstance(side, int) or side < 1 for side in found):
        raise UserError(f"dataset.image_size must be null, a whole number or [height, width], got {image_size!r}")
    height, width = found
    return height, width


def fitted(picture: Image.Image, size: tuple[int, int], how: str) -> Image.Image:
    """Return a picture of 8 bits at a size (height, width).

    how: "crop" scales it until it covers the size, and cuts equal parts off both sides; "pad" scales it until it fits
    in, in the middle of black (transparent with an alpha channel); "stretch" changes its shape.

    >>> fitted(Image.new("L", (40, 20), 255), (10, 10), "pad").getpixel((5, 1))
    0
    """
    height, width = size
    if picture.size == (width, height):
        return picture
    if how == "stretch":
        return picture.resize((width, height), FILTER)
    if how == "crop":
        return ImageOps.fit(picture, (width, height), FILTER)
    scale = min(width / picture.width, height / picture.height)
    inner = [max(1, round(side * scale)) for side in picture.size]
    padded = Image.new(picture.mode, (width, height))
    padded.paste(picture.resize((inner[0], inner[1]), FILTER), ((width - inner[0]) // 2, (height - inner[1]) // 2))
    return padded


def resize(images: Array, image_size: int | Sequence[int] | None) -> Array:
    """Return images uint8 (N, height, width, channels) at another size.

    image_size: side of a square, [height, width], or None for the images as they are; anything else raises UserError.
    Each channel is resized for itself; the aspect ratio is not kept. `Rows` stay unread; `Data.ready` resizes them.

    >>> resize(np.zeros((10, 28, 28, 1), np.uint8), [16, 8]).shape
    (10, 16, 8, 1)
    """
    size = sides(image_size)
    if size is None or images.shape[1:3] == size:
        return images
    height, width = size
    is_unread = isinstance(images, Rows)
    refuse_beyond_memory("dataset.image_size", (1 if is_unread else len(images)) * height * width * images.shape[3])
    if isinstance(images, Rows):
        return Rows(images, lambda block: _resized(block, height, width), is_costly=True)
    return _resized(images, height, width)


def _resized(images: np.ndarray, height: int, width: int) -> np.ndarray:
    resized = np.empty((len(images), height, width, images.shape[3]), np.uint8)
    for i, image in enumerate(images):
        for channel in range(images.shape[3]):
            plane = Image.fromarray(np.ascontiguousarray(image[..., channel]))
            resized[i, ..., channel] = np.asarray(plane.resize((width, height), FILTER))
    return resized
