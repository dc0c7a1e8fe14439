"""Drawing of images: grids, and files. Without TensorFlow."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from ganae_cli.storage.atomic import replacing


def to_image(pixels: np.ndarray) -> Image.Image:
    """Return pixels uint8 (H, W, C) as an image: grey (C = 1), RGB (3) or RGBA (4); of another C, the first channel.

    >>> image = to_image(np.zeros((28, 20, 1), np.uint8))
    >>> image.mode, image.size
    ('L', (20, 28))
    """
    if pixels.shape[-1] in (3, 4):
        return Image.fromarray(pixels)
    return Image.fromarray(pixels[..., 0])


def grid(images: np.ndarray, columns: int | None = None, gap: int = 1, at_least: int = 480) -> Image.Image:
    """Return images uint8 (N, H, W, C) as one image, side by side with grey lines of `gap` pixels between them.

    columns: images in a row (default: as many as rows). The image is enlarged by the smallest whole number that makes
    its longer side at least `at_least` pixels.

    >>> grid(np.zeros((4, 28, 28, 1), np.uint8), at_least=1).size  # 2 * 28 and three lines
    (59, 59)
    """
    count, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    canvas = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, channels), 128, np.uint8)
    for i, image in enumerate(images):
        top, left = (i // columns) * (height + gap) + gap, (i % columns) * (width + gap) + gap
        canvas[top : top + height, left : left + width] = image
    picture = to_image(canvas)
    times = max(1, math.ceil(at_least / max(picture.size)))
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture atomically: JPEG for the suffixes .jpg and .jpeg, which knows no transparency, else PNG.

    Raises FileNotFoundError for a folder that is not there.
    """
    is_jpeg = path.suffix.lower() in (".jpg", ".jpeg")
    if is_jpeg and picture.mode == "RGBA":
        picture = picture.convert("RGB")
    with replacing(path, sync=False) as temporary:
        picture.save(temporary, **({"format": "JPEG", "quality": 95} if is_jpeg else {"format": "PNG"}))
