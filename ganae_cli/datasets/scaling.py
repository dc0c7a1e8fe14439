"""Conversion between uint8 images and the float images of the networks, in [-1, 1]."""

import numpy as np


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Return float images in [-1, 1] as uint8: round((x + 1) * 127.5), cut to 0 … 255.

    >>> to_uint8(np.array([-1.0, -0.6, 1.0, 1.5])).tolist()
    [0, 51, 255, 255]
    """
    return np.clip(np.round((images + 1) * 127.5), 0, 255).astype(np.uint8)


def to_float(data: np.ndarray) -> np.ndarray:
    """Return uint8 images as float32 in [-1, 1]: x / 127.5 - 1. Points keep their units and become float32.

    >>> to_float(np.array([0, 255], np.uint8)).tolist(), to_float(np.array([1e4, -7.5])).tolist()
    ([-1.0, 1.0], [10000.0, -7.5])
    """
    return data.astype(np.float32) / 127.5 - 1 if data.dtype == np.uint8 else data.astype(np.float32)
