"""Structural similarity of two images: SSIM.

Wang, Bovik, Sheikh, Simoncelli 2004, "Image quality assessment: from error visibility to structural similarity"
(doi:10.1109/TIP.2003.819861), equations 6, 9 and 13 to 17, with the paper's constants.
"""

from typing import NamedTuple

import numpy as np

WINDOW, SIGMA = 11, 1.5  # pixels: side and standard deviation of the Gaussian window
K1, K2 = 0.01, 0.03
BLOCK_NUMBERS = 1_000_000  # of one block of images, at most, unless a single image has more


class Similarity(NamedTuple):
    """SSIM and its second factor, float64 (N, C): of each image and channel, the mean over all places of the window.

    ssim: of luminance, contrast and structure. contrast: of contrast and structure alone, what MS-SSIM takes of all
    scales but the last.
    """

    ssim: np.ndarray
    contrast: np.ndarray


def ssim(images: np.ndarray, others: np.ndarray, data_range: float = 255.0) -> np.ndarray:
    """Return the structural similarity of each image to the other one of the same row, float64 (N,).

    images, others: (N, H, W, C), of any number type. data_range: the largest minus the smallest possible value.

        SSIM(x, y) = (2 μx μy + c1) (2 σxy + c2) / ((μx² + μy² + c1) (σx² + σy² + c2)),  c1 = (0.01 L)², c2 = (0.03 L)²

    with means, variances and covariance under a Gaussian window of 11 × 11 pixels (σ = 1.5), and L the data range. The
    score of an image is the mean over all places where the window lies within the image, and over its channels. Equal
    images score 1, images that have nothing in common about 0; negative scores mean opposite structure. Higher is
    better. For images of fewer than 11 pixels a side, the window is the largest of an odd side that fits, and σ shrinks
    with it: 7 × 7 for 8 × 8 pixels.

    Two images that are constant differ in luminance alone, so that (2 · 100 · 200 + 6.5025) / (100² + 200² + 6.5025)
    remains:

    >>> dark, bright = (np.full((1, 28, 28, 1), value, np.uint8) for value in (100, 200))
    >>> ssim(dark, bright).round(6).tolist(), ssim(dark, dark).tolist()
    ([0.800026], [1.0])
    """
    if images.shape != others.shape or images.ndim != 4:
        raise ValueError(f"SSIM compares images of one shape (N, H, W, C), not {images.shape} with {others.shape}")
    size = max(1, BLOCK_NUMBERS // max(1, int(np.prod(images.shape[1:]))))
    parts = [slice(first, first + size) for first in range(0, len(images), size)]
    found = [similarity(images[part], others[part], data_range).ssim.mean(axis=1) for part in parts]
    return np.concatenate([np.zeros(0), *found])


def similarity(images: np.ndarray, others: np.ndarray, data_range: float) -> Similarity:
    """Return SSIM and its second factor of images (N, H, W, C), all at once: memory for five times both of them."""
    x, y = (np.moveaxis(given, 3, 1).astype(np.float64) for given in (images, others))
    down, across = (_windows(side) for side in x.shape[2:])

    def local_mean(of: np.ndarray) -> np.ndarray:
        return down @ of @ across.T

    c1, c2 = (K1 * data_range) ** 2, (K2 * data_range) ** 2
    mean_x, mean_y = local_mean(x), local_mean(y)
    luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    covariance = local_mean(x * y) - mean_x * mean_y
    variances = (local_mean(x * x) - mean_x**2) + (local_mean(y * y) - mean_y**2)
    contrast = (2 * covariance + c2) / (variances + c2)
    return Similarity((luminance * contrast).mean(axis=(2, 3)), contrast.mean(axis=(2, 3)))


def _windows(side: int) -> np.ndarray:
    """Return the Gaussian window at each place where it fits, as rows (places, side), each of the sum 1."""
    size = min(WINDOW, side - (side + 1) % 2)
    weights = np.exp(-0.5 * ((np.arange(size) - size // 2) / (SIGMA * size / WINDOW)) ** 2)
    found = np.zeros((side - size + 1, side))
    for place, row in enumerate(found):
        row[place : place + size] = weights / weights.sum()
    return found
