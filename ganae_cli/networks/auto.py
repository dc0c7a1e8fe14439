"""Choice of a network by the shape of the data, for the config value `auto`."""

SMALLEST_SIDE_FOR_DCGAN = 16  # for smaller images an mlp learns faster and better: measured on 8x8 digits


def choose(shape: tuple[int, ...]) -> str:
    """Return the network that `auto` stands for: "dcgan" for images of 16x16 or more, "mlp" for all other data.

    >>> choose((28, 28, 1)), choose((8, 8, 1)), choose((2,))
    ('dcgan', 'mlp', 'mlp')
    """
    return "dcgan" if len(shape) == 3 and min(shape[:2]) >= SMALLEST_SIDE_FOR_DCGAN else "mlp"
