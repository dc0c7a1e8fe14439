"""Are samples new? Their distance to the nearest training image, beside that of images which were held out.

Samples are compared with every training image: in a random part of a large set, a copy of an image outside of that part
would look as new as any other.
"""

import numpy as np

from ganae_cli.metrics.nearest import Rows, nearest

Images = Rows  # uint8 (N, H, W, C): an array, or what is read from a file when its rows are asked for


def novelty(samples: np.ndarray, train: Images, held_out: np.ndarray) -> float | None:
    """Return the median distance of samples to the nearest training image, divided by that of held-out images.

    samples, train, held_out: uint8 (N, H, W, C), train: the whole training set. Copies of training images score 0, and
    images of the data's own distribution 1: held-out 8x8 digits beside others 0.99 (standard deviation 0.03, 299 of
    each), those of MNIST 0.99 to 1.02 (500 of each). None if most held-out images are copies of training images.

    >>> train = np.array([0, 100, 200], np.uint8).reshape(-1, 1, 1, 1)
    >>> novelty(train + 5, train, held_out=train + 20), novelty(train, train, held_out=train + 20)
    (0.25, 0.0)
    """
    expected = float(np.median(nearest_distances(held_out, train)))
    return float(np.median(nearest_distances(samples, train))) / expected if expected > 0 else None


def nearest_distances(rows: np.ndarray, among: Images) -> np.ndarray:
    """Return the Euclidean distance of each image to its nearest one of `among`, of pixel values from 0 to 1.

    Both uint8 (N, H, W, C); the result is float64 (N,). That of a copy is exactly 0.
    """
    return nearest(rows, among).distances[:, 0] / 255
