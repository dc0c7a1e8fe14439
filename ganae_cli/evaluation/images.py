"""Drawing of arrays: grids of images, scatter plots of points. Without TensorFlow."""

import gc
import io
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


def scatter(points: np.ndarray, real: np.ndarray | None = None, size: int = 640) -> Image.Image:
    """Return a scatter plot of float points (N, D), over real points in grey, as an image of size x size pixels.

    It shows the first two coordinates at equal scales, in the units of the data; the frame is that of the real points.
    """
    import matplotlib  # imported here: takes a second, which runs on images do not need

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # it obeys a `matplotlibrc` of the current folder, which could start LaTeX
        try:
            return _scatter(points, real, size)
        finally:
            gc.collect()  # a figure is a cycle that holds 2 MB, and Python collects one only after some 40 others


def _scatter(points: np.ndarray, real: np.ndarray | None, size: int) -> Image.Image:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(size / 100, size / 100), dpi=100, layout="tight")
    axes = figure.subplots()
    shown = points if points.shape[1] > 1 else np.pad(points, ((0, 0), (0, 1)))
    if real is not None and len(real):
        behind = real if real.shape[1] > 1 else np.pad(real, ((0, 0), (0, 1)))
        axes.scatter(behind[:, 0], behind[:, 1], s=4, c="0.75", label="data")
        low, high = behind[:, :2].min(), behind[:, :2].max()
        margin = 0.15 * (high - low)
        axes.set(xlim=(low - margin, high + margin), ylim=(low - margin, high + margin))
    axes.scatter(shown[:, 0], shown[:, 1], s=4, c="C3", alpha=0.6, linewidths=0, label="samples")
    axes.set_aspect("equal")
    axes.legend(loc="upper right", markerscale=3)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer).convert("RGB")


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture atomically: JPEG for the suffixes .jpg and .jpeg, which knows no transparency, else PNG.

    Raises FileNotFoundError for a folder that is not there.
    """
    is_jpeg = path.suffix.lower() in (".jpg", ".jpeg")
    if is_jpeg and picture.mode == "RGBA":
        picture = picture.convert("RGB")
    with replacing(path, sync=False) as temporary:
        picture.save(temporary, **({"format": "JPEG", "quality": 95} if is_jpeg else {"format": "PNG"}))
