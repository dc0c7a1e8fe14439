"""Sizes of an image and of its features in a convolutional network, from pixels down to the smallest features.

Each size is half the one before, so a side that is no multiple of the last power of two lies in grids that are larger
than it: 97 pixels have 7 cells of 16 pixels, which is 112. `grids` says where the 15 pixels that are too many are cut.

corner: all below and to the right of the image; so a side is halved and rounded up each time. centre: as many above as
below, to half a pixel, and as many left as right; so a network treats both sides of an image alike. Both cut as early
as the rest is a whole row: 15 = 7 + 8 = (1 + 2 + 4) + 8, which is one row above of the cells of 1, 2 and 4 pixels, and
one below of those of 8. So no grid has more than two rows beyond the image.
"""

from itertools import pairwise

import keras
from keras import layers

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.common import check_choice, numbers

SMALLEST_SIDE = 8  # pixels: smaller images are refused
GRIDS = ("centre", "corner")
IN_THE_CORNER = ((28, 28),)  # all figures of conf/experiment on handwritten digits were measured so

Size = tuple[int, int, int]  # height, width, channels
Margin = tuple[tuple[int, int], tuple[int, int]]  # rows above and below, columns left and right
NO_MARGIN: Margin = ((0, 0), (0, 0))


def image_sizes(
    network: str,
    shape: tuple[int, ...],
    width: int,
    max_width: int,
    min_steps: int = 1,
    smallest: int = 4,
    grids: str | None = None,
) -> list[Size]:
    """Return (height, width, channels) of the image and of the features after each step of a network.

    Sides halve while the smaller one stays at least `smallest`; channels double from `width` up to `max_width`. An
    image too small for `min_steps` halvings gets further steps that keep the smallest size. grids: "centre", "corner"
    or None, for which see `chosen_grids`. Raises UserError, naming the network, for points and for images smaller than
    8x8.

    >>> image_sizes("dcgan", (28, 28, 1), width=32, max_width=512)
    [(28, 28, 1), (14, 14, 32), (7, 7, 64), (4, 4, 128)]
    >>> image_sizes("dcgan", (92, 112, 1), width=32, max_width=512)
    [(92, 112, 1), (46, 56, 32), (24, 28, 64), (12, 14, 128), (6, 7, 256)]
    >>> image_sizes("dcgan", (8, 8, 1), width=32, max_width=512, min_steps=2)
    [(8, 8, 1), (4, 4, 32), (4, 4, 64)]
    """
    if len(shape) != 3:
        raise UserError(_refusal(network, f"points of {numbers(shape)} numbers"))
    if min(shape[:2]) < SMALLEST_SIDE:
        raise UserError(_refusal(network, f"images of {shape[0]}x{shape[1]}"))
    halvings = _halvings(min(shape[:2]), smallest)
    rows, columns = (_sides(side, halvings, chosen_grids(shape, grids)) for side in shape[:2])
    sizes: list[Size] = [(shape[0], shape[1], shape[2])]
    channels = width
    for step in range(1, max(halvings, min_steps) + 1):
        level = min(step, halvings)
        sizes.append((rows[level], columns[level], min(channels, max_width)))
        channels *= 2
    return sizes


def margins(sizes: list[Size], grids: str | None = None) -> list[Margin]:
    """Return, for each step of `image_sizes`, what the smaller size, doubled, has beyond the larger one.

    It is what `up` cuts off after doubling, and what `down` adds, as zeros, before halving. A step that keeps the size
    has none.

    >>> margins([(92, 112, 1), (46, 56, 32), (24, 28, 64)])
    [((0, 0), (0, 0)), ((1, 1), (0, 0))]
    >>> margins([(28, 28, 1), (14, 14, 32), (7, 7, 64), (4, 4, 128)])[-1]
    ((0, 1), (0, 1))
    """
    halves = [before[:2] != after[:2] for before, after in pairwise(sizes)]
    grids = chosen_grids(sizes[0], grids)
    beyond = [_beyond(sizes[0][axis], sizes[-1][axis] << sum(halves), grids) for axis in (0, 1)]
    return [_margin(beyond, step) if is_half else NO_MARGIN for step, is_half in enumerate(halves)]


def chosen_grids(shape: tuple[int, ...], grids: str | None) -> str:
    """Return "centre" or "corner": as given, or for None by the size of the image.

    >>> chosen_grids((92, 112, 1), None), chosen_grids((28, 28, 1), None)
    ('centre', 'corner')
    """
    check_grids(grids)
    return grids or ("corner" if shape[:2] in IN_THE_CORNER else "centre")


def check_grids(grids: str | None) -> None:
    """Raise UserError unless the option is one of `GRIDS` or None."""
    if grids is not None:
        check_choice("grids", grids, GRIDS)


def paddings(sizes: list[Size], grids: str | None) -> list[list[keras.Layer]]:
    """Return, for each step of `image_sizes`, the layer that adds the margin before halving, as a list.

    The list is empty where there is no margin, and in the corner, where halving itself rounds up.
    """
    if chosen_grids(sizes[0], grids) == "corner":
        return [[] for _ in sizes[1:]]
    return [[layers.ZeroPadding2D(margin)] if margin != NO_MARGIN else [] for margin in margins(sizes, grids)]


def feature_sizes(sizes: list[Size]) -> list[Size]:
    """Return the sizes with features in place of pixels at the image's own size, as many as after the first step.

    >>> feature_sizes([(28, 28, 1), (14, 14, 32), (7, 7, 64)])
    [(28, 28, 32), (14, 14, 32), (7, 7, 64)]
    """
    return [(*sizes[0][:2], sizes[1][2]), *sizes[1:]]


def _refusal(network: str, found: str) -> str:
    return (
        f"network '{network}' needs images of at least {SMALLEST_SIDE}x{SMALLEST_SIDE}, but the data here are {found}; "
        "use network 'mlp' (or 'auto', which chooses by the data) for this role"
    )


def _halvings(side: int, smallest: int) -> int:
    """Return how often a side can be halved, rounded up, before it is smaller than `smallest`, or 1."""
    count = 0
    while side > 1 and (side + 1) // 2 >= smallest:
        side, count = (side + 1) // 2, count + 1
    return count


def _sides(side: int, halvings: int, grids: str) -> list[int]:
    """Return a side in cells of 1, 2, 4, … pixels."""
    whole = -(-side >> halvings) << halvings  # rounded up
    before, behind = _beyond(side, whole, grids)
    cells = [1 << level for level in range(halvings + 1)]
    return [(side + before % cell + behind % cell) // cell for cell in cells]


def _beyond(side: int, whole: int, grids: str) -> tuple[int, int]:
    """Return the pixels before the image and behind it in a grid of `whole` pixels."""
    before = (whole - side) // 2 if grids == "centre" else 0
    return before, whole - side - before


def _margin(beyond: list[tuple[int, int]], step: int) -> Margin:
    rows, columns = ((before >> step & 1, behind >> step & 1) for before, behind in beyond)
    return rows, columns
