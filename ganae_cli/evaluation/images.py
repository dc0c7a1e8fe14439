"""Drawing of images: grids, and files. Without TensorFlow."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import replacing

GREY = 128  # of the lines between images
APART = 3  # pixels between the blocks of a table
MOST_PIXELS = 2**26  # of a picture that was enlarged on demand: 200 MB in colour


def to_image(pixels: np.ndarray) -> Image.Image:
    """Return pixels uint8 (H, W, C) as an image: grey (C = 1), RGB (3) or RGBA (4); of another C, the first channel.

    >>> image = to_image(np.zeros((28, 20, 1), np.uint8))
    >>> image.mode, image.size
    ('L', (20, 28))
    """
    if pixels.shape[-1] in (3, 4):
        return Image.fromarray(pixels)
    return Image.fromarray(pixels[..., 0])


def grid(
    images: np.ndarray, columns: int | None = None, gap: int = 1, at_least: int = 480, scale: int | None = None
) -> Image.Image:
    """Return images uint8 (N, H, W, C) as one image, side by side with grey lines of `gap` pixels between them.

    columns: images in a row (default: as many as rows). at_least, scale: see `enlarged`.

    >>> grid(np.zeros((4, 28, 28, 1), np.uint8), at_least=1).size  # 2 * 28 and three lines
    (59, 59)
    """
    count, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    canvas = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, channels), GREY, np.uint8)
    for i, image in enumerate(images):
        top, left = (i // columns) * (height + gap) + gap, (i % columns) * (width + gap) + gap
        canvas[top : top + height, left : left + width] = image
    return enlarged(to_image(canvas), scale, at_least)


def in_rows(upper: np.ndarray, lower: np.ndarray, columns: int = 8, scale: int | None = None) -> Image.Image:
    """Return rows of `upper` images, and below each a row of the `lower` images that belong to them.

    Both uint8 (N, H, W, C). The last rows may be shorter. scale: see `enlarged`.
    """
    columns = min(columns, len(upper))
    left = -len(upper) % columns
    rows = [np.concatenate([part, np.full((left, *part.shape[1:]), GREY, np.uint8)]) for part in (upper, lower)]
    parts = [part[i : i + columns] for i in range(0, len(rows[0]), columns) for part in rows]
    return grid(np.concatenate(parts), columns, scale=scale)


def table(*blocks: np.ndarray, scale: int | None = None, at_least: int = 480) -> Image.Image:
    """Return blocks of images uint8 (rows, columns, H, W, C), all of the same rows, side by side.

    A wider grey line parts the blocks. scale, at_least: see `enlarged`.

    >>> one = np.zeros((3, 1, 8, 8, 1), np.uint8)
    >>> table(one, np.concatenate([one, one], axis=1), at_least=1).size  # 10 and 19 wide, and 3 between them
    (32, 28)
    """
    drawn = [grid(block.reshape(-1, *block.shape[2:]), block.shape[1], at_least=1) for block in blocks]
    width = sum(one.width for one in drawn) + APART * (len(drawn) - 1)
    canvas = Image.new(drawn[0].mode, (width, drawn[0].height), (GREY,) * len(drawn[0].getbands()))
    left = 0
    for one in drawn:
        canvas.paste(one, (left, 0))
        left += one.width + APART
    return enlarged(canvas, scale, at_least)


def enlarged(picture: Image.Image, scale: int | None = None, at_least: int = 480) -> Image.Image:
    """Return a picture `scale` times as large, each pixel a sharp square.

    None: by the smallest whole number that makes its longer side at least `at_least` pixels. Raises UserError for a
    picture that would be too large.
    """
    times = scale or max(1, math.ceil(at_least / max(picture.size)))
    width, height = picture.width * times, picture.height * times
    if scale and width * height > MOST_PIXELS:
        raise UserError(
            f"--scale {scale}: the picture would have {width:,} x {height:,} pixels, more than {MOST_PIXELS:,} in all"
        )
    return picture.resize((width, height), Image.Resampling.NEAREST)


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture atomically: JPEG for the suffixes .jpg and .jpeg, which knows no transparency, else PNG.

    Raises FileNotFoundError for a folder that is not there.
    """
    is_jpeg = path.suffix.lower() in (".jpg", ".jpeg")
    if is_jpeg and picture.mode == "RGBA":
        picture = picture.convert("RGB")
    with replacing(path, sync=False) as temporary:
        picture.save(temporary, **({"format": "JPEG", "quality": 95} if is_jpeg else {"format": "PNG"}))
