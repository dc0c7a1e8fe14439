"""Networks by name. Each has two directions: `down(shape, units)` and `up(units, shape)`.

down: data (batch, *shape) -> (batch, units), linear: an encoder or a discriminator.
up: codes (batch, units) -> (batch, *shape), tanh for images (height, width, channels), linear for points (D,): a
decoder or a generator. Both are keras.Sequential, of layers or of blocks that are layers, and end in float32; the last
layer of down is its only dense one that sees flat features, so that a model can ask for these (`models/features.py`).

One set of options serves both directions. What says something about one of them only is left alone by the other, except
`minibatch_std`, which up refuses: a generator that was told to compare samples would not do it.
"""

SMALLEST_SIDE = 8  # of an image that convolutions take
WORTHWHILE_SIDE = 16  # below it, an mlp learns faster and better: measured on 8x8 digits


def choose(shape: tuple[int, ...]) -> str:
    """The network that `auto` stands for: "dcgan" for images of 16x16 and more, "mlp" for smaller ones and points."""
    return "dcgan" if len(shape) == 3 and min(shape[:2]) >= WORTHWHILE_SIDE else "mlp"
