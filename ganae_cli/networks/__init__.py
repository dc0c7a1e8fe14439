"""Networks by name. Each has two directions: `down(shape, units)` and `up(units, shape)`.

down: data (batch, *shape) -> (batch, units), linear: an encoder or a discriminator.
up: codes (batch, units) -> (batch, *shape), tanh for images (height, width, channels), linear for points (D,): a
decoder or a generator. Both end in float32.
"""

SMALLEST_SIDE = 8  # of an image that is worth a convolution


def choose(shape: tuple[int, ...]) -> str:
    """The network that `auto` stands for: "dcgan" for images of at least 8x8, "mlp" for points and smaller images."""
    return "dcgan" if len(shape) == 3 and min(shape[:2]) >= SMALLEST_SIDE else "mlp"
