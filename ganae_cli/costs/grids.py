"""The grids that an image goes through in a network: their heights and widths, from the first to the last."""

from itertools import groupby

import keras
from keras import layers

Grid = tuple[int, int]  # height and width


def grids_of(network: keras.Model) -> tuple[Grid, ...]:
    """Return the grids of a network whose layers make images or features of images; () for any other.

    A margin is part of no grid: what is added before halving is left out, and so is what is cut off after doubling.
    """
    found: list[Grid] = [size[1:3] for size in [network.input_shape] if len(size) == 4]
    for layer in network.layers:
        made = getattr(layer, "output", None)  # a layer within another has none
        if made is None or len(made.shape) != 4 or isinstance(layer, layers.ZeroPadding2D):
            continue
        if isinstance(layer, layers.Cropping2D):
            found.pop()
        found.append(tuple(made.shape[1:3]))
    return tuple(grid for grid, _ in groupby(found))


def in_words(grids: tuple[Grid, ...]) -> str:
    """Return the line for a reader.

    >>> in_words(((6, 7), (12, 14), (24, 28)))
    '6x7 → 12x14 → 24x28'
    """
    return " → ".join(f"{height}x{width}" for height, width in grids)
