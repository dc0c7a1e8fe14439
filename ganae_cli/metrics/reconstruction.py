"""How near reconstructions are to what was reconstructed: MSE, PSNR and SSIM of images, MSE and MAE of points.

Of held-out data: a network that has learned its training data by heart reconstructs these alone. What the mean image of
the training data scores is the floor; it knows nothing of its input.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.ssim import ssim

HIGHEST = 255.0
ROUNDING = 1 / 12 / HIGHEST**2  # mean squared error of rounding to whole levels, of values from 0 to 1
BLOCK_NUMBERS = 2_000_000  # of the images that are looked at between two reports of progress


class ImageErrors(NamedTuple):
    """float64 (N,), of each image. mse: lower is better; psnr, in dB, and ssim: higher is better."""

    mse: np.ndarray
    psnr: np.ndarray
    ssim: np.ndarray


class PointErrors(NamedTuple):
    """float64 (N,), of each point; lower is better. mse: mean squared, mae: mean absolute difference of its numbers."""

    mse: np.ndarray
    mae: np.ndarray


def image_errors(
    images: np.ndarray, reconstructions: np.ndarray, progress: Callable[[float], object] = lambda share: None
) -> ImageErrors:
    """Return MSE, PSNR and SSIM of each image, of images (N, H, W, C) with values from 0 to 255.

    mse: of values from 0 to 1, mean over pixels and channels. psnr: `psnr` of it. ssim: see `metrics.ssim`.

    >>> black, grey = (np.full((1, 8, 8, 1), value, np.uint8) for value in (0, 51))
    >>> found = image_errors(black, grey)  # 51 is a fifth of 255
    >>> found.mse.round(6).tolist(), found.psnr.round(4).tolist()
    ([0.04], [13.9794])
    """
    if images.shape != reconstructions.shape or images.ndim != 4:
        raise ValueError(f"images (N, H, W, C) and their reconstructions: {images.shape}, {reconstructions.shape}")
    size = max(1, BLOCK_NUMBERS // max(1, int(np.prod(images.shape[1:]))))
    errors, similarities = [np.zeros(0)], [np.zeros(0)]
    for begin in range(0, len(images), size):
        part, other = (given[begin : begin + size] for given in (images, reconstructions))
        errors.append(_differences(part, other)[0] / HIGHEST**2)
        similarities.append(ssim(part, other))
        progress(min(1.0, (begin + size) / len(images)))
    mse = np.concatenate(errors)
    return ImageErrors(mse, psnr(mse), np.concatenate(similarities))


def psnr(mse: np.ndarray | float) -> np.ndarray:
    """Return the peak signal-to-noise ratio, -10 log10(MSE) dB, of mean squared errors of values from 0 to 1.

    At most 58.92 dB, the PSNR of rounding to 256 levels (an error of 1/12 of a squared level): images that are nearer
    than that are the same as far as 8 bits can tell. Without this limit an exact reconstruction would have an infinite
    PSNR, and so would the mean of all.

    The PSNR of a set of images is the mean over them, `psnr(mse).mean()`, as image restoration reports it. That of the
    mean error, `psnr(mse.mean())`, is lower or equal (-log is convex), and is decided by the worst images.

    >>> psnr(np.array([0.01, 0.0001, 0.0])).round(2).tolist(), float(psnr(np.mean([0.01, 0.0001])).round(2))
    ([20.0, 40.0, 58.92], 22.97)
    """
    return -10 * np.log10(np.maximum(mse, ROUNDING))


def point_errors(points: np.ndarray, reconstructions: np.ndarray) -> PointErrors:
    """Return mean squared and mean absolute error of each point (N, D), in the unit of the data.

    >>> found = point_errors(np.array([[0.0, 0.0]]), np.array([[3.0, -4.0]]))
    >>> found.mse.tolist(), found.mae.tolist()
    ([12.5], [3.5])
    """
    if points.shape != reconstructions.shape:
        raise ValueError(f"points and their reconstructions are of two shapes: {points.shape}, {reconstructions.shape}")
    return PointErrors(*_differences(points, reconstructions))


def _differences(rows: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean squared and the mean absolute difference of each row, float64 (N,)."""
    differences = np.subtract(rows, others, dtype=np.float64).reshape(len(rows), -1)
    return np.square(differences).mean(axis=1), np.abs(differences).mean(axis=1)
