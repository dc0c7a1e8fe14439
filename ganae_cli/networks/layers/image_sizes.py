"""Sizes of an image and of its features in a convolutional network, from pixels down to the smallest features."""

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.common import numbers

SMALLEST_SIDE = 8  # pixels: smaller images are refused

Size = tuple[int, int, int]  # height, width, channels


def image_sizes(
    network: str, shape: tuple[int, ...], width: int, max_width: int, min_steps: int = 1, smallest: int = 4
) -> list[Size]:
    """Return (height, width, channels) of the image and of the features after each step of a network.

    Sides halve, rounded up, while the smaller one stays at least `smallest`; channels double from `width` up to
    `max_width`. An image too small for `min_steps` halvings gets further steps that keep the smallest size. Raises
    UserError, naming the network, for points and for images smaller than 8x8.

    >>> image_sizes("dcgan", (28, 28, 1), width=32, max_width=512)
    [(28, 28, 1), (14, 14, 32), (7, 7, 64), (4, 4, 128)]
    >>> image_sizes("dcgan", (8, 8, 1), width=32, max_width=512, min_steps=2)
    [(8, 8, 1), (4, 4, 32), (4, 4, 64)]
    """
    if len(shape) != 3:
        raise UserError(_refusal(network, f"points of {numbers(shape)} numbers"))
    if min(shape[:2]) < SMALLEST_SIDE:
        raise UserError(_refusal(network, f"images of {shape[0]}x{shape[1]}"))
    sizes: list[Size] = [(shape[0], shape[1], shape[2])]
    channels = width
    while len(sizes) <= min_steps or _can_halve(sizes[-1], smallest):
        rows, columns, _ = sizes[-1]
        if _can_halve(sizes[-1], smallest):
            rows, columns = _half(rows), _half(columns)
        sizes.append((rows, columns, min(channels, max_width)))
        channels *= 2
    return sizes


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


def _half(side: int) -> int:
    return (side + 1) // 2  # size after a convolution of stride 2 with "same" padding


def _can_halve(size: Size, smallest: int) -> bool:
    return min(size[:2]) > 1 and _half(min(size[:2])) >= smallest
