"""Between uint8 images and the float images that networks see."""

import numpy as np


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Float images in [-1, 1] -> uint8."""
    return np.clip(np.round((images + 1) * 127.5), 0, 255).astype(np.uint8)


def to_float(data: np.ndarray) -> np.ndarray:
    """uint8 images -> float32 in [-1, 1], as the networks take them; points stay as they are."""
    return data.astype(np.float32) / 127.5 - 1 if data.dtype == np.uint8 else data.astype(np.float32)
