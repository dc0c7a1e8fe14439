"""Means of pixels: a large image as a small one, each pixel the mean of the area that it stands for."""

import numpy as np


def shrunk_size(height: int, width: int, most: int) -> tuple[int, int]:
    """Return (height, width) of at most `most` pixels on the longer side, in the same proportion.

    >>> shrunk_size(28, 28, 64), shrunk_size(256, 128, 64), shrunk_size(1000, 2, 64)
    ((28, 28), (64, 32), (64, 1))
    """
    factor = min(1.0, most / max(height, width))
    return max(1, round(height * factor)), max(1, round(width * factor))


def shrunk(images: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return images (N, H, W, C) as float32 (N, height, width, C): means over areas, of parts of pixels too.

    >>> shrunk(np.array([[[[0], [30], [60]]]]), 1, 2).ravel().tolist()
    [10.0, 50.0]
    """
    rows, columns = _means(images.shape[1], height), _means(images.shape[2], width)
    # First the axis behind: what is left to multiply by the other is smaller, and both are plain matrix products.
    narrow = np.einsum("nhwc,wx->nhxc", images.astype(np.float32), columns, optimize=True)
    return np.ascontiguousarray(np.einsum("nhxc,hy->nyxc", narrow, rows, optimize=True))


def _means(inputs: int, outputs: int) -> np.ndarray:
    """Return (inputs, outputs): the share that each pixel has in each mean; columns add to 1.

    >>> (3 * _means(3, 2)).round().astype(int).tolist()
    [[2, 0], [1, 1], [0, 2]]
    """
    edges, pixels = np.linspace(0, inputs, outputs + 1), np.arange(inputs)[:, None]
    overlap = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return (np.clip(overlap, 0, None) * outputs / inputs).astype(np.float32)
