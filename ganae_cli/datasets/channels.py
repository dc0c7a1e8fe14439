"""The axis of the channels of images (N, a, b, c): the last, or the first behind N."""

import numpy as np

from ganae_cli.errors import UserError

CHANNELS = (1, 2, 3, 4)  # grey, grey with alpha, RGB, RGBA


def are_first(shape: tuple[int, ...], option: bool | None, found: str) -> bool:
    """Return True if the channels of images (N, a, b, c) stand first: option `dataset.channels_first`; None: detect.

    One of the two axes has 1 to 4 numbers, as channels have: that one. Both: the one whose images are square, if only
    one's are. Neither: the last, if it is no longer than the others. Anything else raises UserError.

    >>> are_first((10, 3, 32, 32), None, "x"), are_first((10, 28, 28, 1), None, "x")
    (True, False)
    """
    if option is not None:
        return option
    _, a, b, c = shape
    first, last = a in CHANNELS, c in CHANNELS
    if first != last:
        return first
    if a == b == c == 1:  # the same either way
        return False
    if first and (a == b) != (b == c):
        return b == c
    if not first and c <= min(a, b):
        return False
    raise UserError(
        f"{found}: are the channels first or last? type dataset.channels_first=true for images of {b}x{c} with {a} "
        f"channels, dataset.channels_first=false for images of {a}x{b} with {c}"
    )


def to_last(images: np.ndarray) -> np.ndarray:
    """Return images (N, channels, height, width) as (N, height, width, channels).

    >>> to_last(np.zeros((10, 3, 32, 40))).shape
    (10, 32, 40, 3)
    """
    return np.ascontiguousarray(np.moveaxis(images, 1, -1))
