"""Through which sizes an image goes: what all convolutional networks share."""

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.common import numbers

SMALLEST_SIDE = 8  # of an image that convolutions take

Size = tuple[int, int, int]  # height, width, channels


def image_sizes(
    network: str, shape: tuple[int, ...], width: int, max_width: int, fewest: int = 1, smallest: int = 4
) -> list[Size]:
    """(height, width, channels) of the image and after each step: (28, 28, 1), (14, 14, 32), (7, 7, 64), (4, 4, 128).

    Sides halve, rounded up, while the smaller one stays at least `smallest`; channels double from `width` up to
    `max_width`. Images too small for `fewest` steps get some that keep the smallest size. Raises UserError, naming the
    network, for what cannot be convolved.
    """
    if len(shape) != 3:
        raise UserError(_refusal(network, f"points of {numbers(shape)} numbers"))
    if min(shape[:2]) < SMALLEST_SIDE:
        raise UserError(_refusal(network, f"images of {shape[0]}x{shape[1]}"))
    sizes, channels = [tuple(shape)], width
    while len(sizes) <= fewest or _halvable(sizes[-1], smallest):
        high, wide, _ = sizes[-1]
        if _halvable(sizes[-1], smallest):
            high, wide = _half(high), _half(wide)
        sizes.append((high, wide, min(channels, max_width)))
        channels *= 2
    return sizes


def feature_sizes(sizes: list[Size]) -> list[Size]:
    """The same with features instead of pixels at the image's own size, as many as after the first step."""
    return [(*sizes[0][:2], sizes[1][2]), *sizes[1:]]


def _refusal(network: str, found: str) -> str:
    return (
        f"network '{network}' needs images of at least {SMALLEST_SIDE}x{SMALLEST_SIDE}, but the data here are {found}; "
        "use network 'mlp' (or 'auto', which chooses by the data) for this role"
    )


def _half(side: int) -> int:
    return (side + 1) // 2  # what a convolution of stride 2 with "same" padding leaves


def _halvable(size: Size, smallest: int) -> bool:
    return min(size[:2]) > 1 and _half(min(size[:2])) >= smallest
