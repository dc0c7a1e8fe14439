"""MS-SSIM of random pairs of samples: how alike they are. Of a generator that always draws one image, it is 1.

Odena, Olah, Shlens 2017, "Conditional image synthesis with auxiliary classifier GANs" (arXiv:1610.09585), section 4.2,
by the measure of Wang, Simoncelli, Bovik 2003, "Multiscale structural similarity for image quality assessment"
(doi:10.1109/ACSSC.2003.1292216), equation 7.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.intervals import Estimate, of_mean
from ganae_cli.metrics.ssim import BLOCK_NUMBERS, WINDOW, similarity

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of the scales, the finest first: the paper's


class MsSsim(NamedTuple):
    """The score of each pair, float64 (P,), and how many scales there were: the number that it is stated with."""

    rows: np.ndarray
    scales: int

    def estimate(self) -> Estimate:
        """Return the mean with its interval: the pairs have no image in common, so they are independent."""
        return of_mean(self.rows)


def scales(height: int, width: int) -> int:
    """Return how many scales images have: as many as fit the window of SSIM, at most five, and at least one.

    >>> [scales(side, side) for side in (8, 28, 32, 64, 176)]
    [1, 2, 2, 3, 5]
    """
    return max(1, sum(min(height, width) >> halvings >= WINDOW for halvings in range(len(WEIGHTS))))


def ms_ssim(images: np.ndarray, others: np.ndarray, data_range: float = 255.0) -> MsSsim:
    """Return the multi-scale SSIM of each image and the other one of the same row; (N, H, W, C), of any number type.

        SSIM_M^w_M  Π_{j<M} CS_j^w_j

    of M scales, each of half the size of the one before (means of 2 × 2 pixels; an odd last row or column is left out).
    CS is SSIM without the factor of luminance; both are means over all places, of one channel, and count as 0 if they
    are negative. The score is the mean over channels. With fewer than five scales, the weights of those that there are
    are divided by their sum: of a single scale, it is SSIM.
    """
    if images.shape != others.shape or images.ndim != 4:
        raise ValueError(f"SSIM compares images of one shape (N, H, W, C), not {images.shape} with {others.shape}")
    count = scales(*images.shape[1:3])
    size = max(1, BLOCK_NUMBERS // max(1, int(np.prod(images.shape[1:]))))
    parts = [slice(first, first + size) for first in range(0, len(images), size)]
    found = [
        _scores(images[part].astype(np.float64), others[part].astype(np.float64), data_range, count) for part in parts
    ]
    return MsSsim(np.concatenate([np.zeros(0), *found]), count)


def diversity(
    images: np.ndarray,
    most: int = 1000,
    seed: int = 0,
    data_range: float = 255.0,
    progress: Callable[[float], object] = lambda share: None,
) -> MsSsim:
    """Return the multi-scale SSIM of random pairs of images (N, H, W, C), at most `most`, each image in one pair only.

    Lower is more diverse; noise is most diverse of all. A perfect sampler scores what real images do, which depends on
    the data: images of one class are more alike than those of all.
    """
    if len(images) < 2:
        raise ValueError(f"a pair takes two images, not {len(images)}")
    order = np.random.default_rng(seed).permutation(len(images))[: 2 * min(most, len(images) // 2)]
    found, size = [], max(1, len(order) // 2 // 20)
    for first in range(0, len(order) // 2, size):
        one, other = order[2 * first : 2 * (first + size) : 2], order[2 * first + 1 : 2 * (first + size) : 2]
        found.append(ms_ssim(images[one], images[other], data_range).rows)
        progress(min(1.0, (first + size) / (len(order) // 2)))
    return MsSsim(np.concatenate(found), scales(*images.shape[1:3]))


def _scores(images: np.ndarray, others: np.ndarray, data_range: float, count: int) -> np.ndarray:
    weights, score = np.array(WEIGHTS[:count]) / sum(WEIGHTS[:count]), np.ones((len(images), images.shape[3]))
    for scale, weight in enumerate(weights):
        found = similarity(images, others, data_range)
        score *= np.maximum(found.ssim if scale == count - 1 else found.contrast, 0) ** weight
        images, others = _halved(images), _halved(others)
    return score.mean(axis=1)


def _halved(images: np.ndarray) -> np.ndarray:
    height, width = images.shape[1] // 2 * 2, images.shape[2] // 2 * 2
    even = images[:, :height, :width]
    return (even[:, ::2, ::2] + even[:, 1::2, ::2] + even[:, ::2, 1::2] + even[:, 1::2, 1::2]) / 4
